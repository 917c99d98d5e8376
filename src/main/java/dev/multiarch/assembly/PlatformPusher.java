package dev.multiarch.assembly;

import dev.multiarch.assembly.ImageSummary.Built;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Pushes the platforms that a build made, by digest. It never writes a tag. */
public final class PlatformPusher {

  private final LayoutStore layout;
  private final Store destination;
  private final Parallel parallel;
  private final Copier.BlobSource baseLayers;

  /**
   * @param baseLayers gives layers of the base that the layout does not hold
   */
  public PlatformPusher(
      LayoutStore layout, Copier.BlobSource baseLayers, Store destination, Parallel parallel) {
    this.layout = layout;
    this.baseLayers = baseLayers;
    this.destination = destination;
    this.parallel = parallel;
  }

  /**
   * How one platform came to its destination.
   *
   * @param blobs how many blobs its image has
   * @param sent how many of them were sent
   * @param bytes what was sent, in bytes
   * @param mounted how many the destination took over from where they were
   */
  public record Report(Platform platform, int blobs, int sent, long bytes, int mounted) {}

  /**
   * An image of the destination that another one will replace.
   *
   * @param fresh blobs that it most likely lacks, because the build before this one had not made
   *     them
   */
  public record Replaced(Descriptor image, Set<Digest> fresh) {}

  /**
   * Pushes every platform of a build.
   *
   * @param base the repository that the base's layers can be mounted from, if it is in a registry
   * @param before what this image will replace, if there is anything
   * @throws IOException if anything could not be pushed; platforms pushed before stay, untagged
   */
  public List<Report> push(
      ImageSummary image, Optional<Blob.Mountable> base, Optional<Replaced> before)
      throws IOException {
    List<Descriptor> manifests = new ArrayList<>();
    List<List<Descriptor>> blobs = new ArrayList<>();
    Set<Digest> ofBase = new HashSet<>();
    Set<Platform> platforms = new HashSet<>();
    for (Built built : image.platforms()) {
      platforms.add(built.platform());
      manifests.add(built.manifest());
      Document document = document(built);
      blobs.add(document.blobs());
      List<Descriptor> layers = Manifest.of(document).layers();
      for (int i = 0; i < Math.min(built.baseLayers(), layers.size()); i++) {
        ofBase.add(layers.get(i).digest());
      }
    }
    Copier copier =
        new Copier(
            layout,
            destination,
            parallel,
            blob -> ofBase.contains(blob.digest()) ? ofBase(blob, base) : layout.blob(blob));
    Map<Digest, Transfer> transfers =
        before.isEmpty()
            ? copier.copy(manifests)
            : copier.replace(
                before.get().image(),
                child -> child.platform().isPresent() && platforms.contains(child.platform().get()),
                before.get().fresh(),
                manifests);
    List<Report> reports = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      reports.add(report(image.platforms().get(i).platform(), blobs.get(i), transfers));
    }
    return reports;
  }

  private Blob ofBase(Descriptor layer, Optional<Blob.Mountable> base) throws IOException {
    boolean here = layout.blobs().find(layer).isPresent();
    Blob blob = here ? layout.blob(layer) : baseLayers.blob(layer);
    return base.isPresent() ? blob.alsoIn(base.get()) : blob;
  }

  private Document document(Built built) throws IOException {
    Optional<Document> document = layout.document(built.manifest().digest().toString());
    if (document.isEmpty()) {
      throw new StoreException(
          "%s lacks the manifest of %s".formatted(layout.name(), built.platform()),
          "Build the image again.");
    }
    return document.get();
  }

  /** Counts a blob that several platforms have for the first of them. */
  private static Report report(
      Platform platform, List<Descriptor> blobs, Map<Digest, Transfer> transfers) {
    int sent = 0;
    int mounted = 0;
    long bytes = 0;
    for (Descriptor blob : blobs) {
      Transfer transfer = transfers.put(blob.digest(), Transfer.PRESENT);
      if (transfer == Transfer.SENT) {
        sent++;
        bytes += blob.size();
      } else if (transfer == Transfer.MOUNTED) {
        mounted++;
      }
    }
    return new Report(platform, blobs.size(), sent, bytes, mounted);
  }
}
