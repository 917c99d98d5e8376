package dev.multiarch.maven;

import dev.multiarch.assembly.Coordinates;
import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.Base;
import dev.multiarch.image.BuiltImage;
import dev.multiarch.image.BuiltImage.PlatformImage;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.layer.Layer;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Reference;
import dev.multiarch.report.Sizes;
import dev.multiarch.store.Blob;
import dev.multiarch.store.LayoutStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.maven.plugin.logging.Log;

/** What is told of a finished build: to the layout, to files, to people. */
record BuildOutcome(ImageSpec spec, Destination destination, BuiltImage built) {

  /** Marks the entry of a layout's index that belongs to an image, whatever its tag. */
  private static final String IMAGE_ID = "dev.multiarch.image.id";

  /** Makes the layout name the image, and forget what it named before. */
  void link(LayoutStore layout, String imageId) throws IOException {
    String first = destination.tags().get(0);
    // Readers take one image under a name, so images of one module must not share theirs.
    String tag = imageId.equals(Workspace.DEFAULT_ID) ? first : imageId + "-" + first;
    Descriptor entry =
        built
            .index()
            .document()
            .descriptor()
            .withAnnotation(LayoutStore.REF_NAME, tag)
            .withAnnotation(IMAGE_ID, imageId);
    layout.rewriteIndex(
        entries -> {
          List<Descriptor> changed = new ArrayList<>();
          for (Descriptor other : entries) {
            if (!imageId.equals(other.annotations().get(IMAGE_ID))) {
              changed.add(other);
            }
          }
          changed.add(entry);
          return changed;
        });
    layout.prune();
  }

  /** The blobs that the build made, without those of the base, that an earlier one had not. */
  Set<Digest> blobsBeside(List<Descriptor> earlier) {
    Set<Digest> fresh = new HashSet<>();
    for (PlatformImage image : built.platforms()) {
      List<Descriptor> layers = image.manifest().layers();
      for (Descriptor layer : layers.subList(image.baseLayers(), layers.size())) {
        fresh.add(layer.digest());
      }
      fresh.add(image.manifest().config().digest());
    }
    for (Descriptor one : earlier) {
      fresh.remove(one.digest());
    }
    return fresh;
  }

  ImageSummary summary() {
    List<ImageSummary.Built> platforms = new ArrayList<>();
    for (PlatformImage image : built.platforms()) {
      platforms.add(entry(image));
    }
    return new ImageSummary(
        destination.repository().toString(),
        destination.tags(),
        spec.isComplete() ? Optional.of(built.index().document().descriptor()) : Optional.empty(),
        spec.created().toString(),
        built.baseName(),
        baseDigest(),
        baseRepository(),
        spec.from() instanceof Base.Sibling sibling ? sibling.doubt() : Optional.empty(),
        platforms,
        false);
  }

  private Optional<Reference> baseRepository() {
    Optional<Blob.Mountable> base = built.baseRepository();
    return base.isPresent()
        ? Optional.of(Reference.parse(base.get().registry() + "/" + base.get().repository()))
        : Optional.empty();
  }

  private Optional<String> baseDigest() {
    Optional<Digest> digest = built.baseDigest();
    return digest.isPresent() ? Optional.of(digest.get().toString()) : Optional.empty();
  }

  private static ImageSummary.Built entry(PlatformImage image) {
    return new ImageSummary.Built(
        image.platform(),
        image.manifest().document().descriptor(),
        image.size(),
        image.baseLayers());
  }

  List<DigestRecord> records(String imageId, Coordinates coordinates, Optional<String> revision) {
    List<DigestRecord> records = new ArrayList<>();
    for (PlatformImage image : built.platforms()) {
      records.add(
          new DigestRecord(
              imageId,
              destination.name(),
              image.platform(),
              image.manifest().document().descriptor(),
              built.baseName(),
              baseDigest(),
              coordinates,
              revision,
              spec.platforms()));
    }
    return records;
  }

  void report(Log log) {
    String base = spec.from().toString();
    if (built.baseDigest().isPresent()
        && !(spec.from() instanceof Base.Sibling)
        && !base.contains("@")) {
      base += "@" + built.baseDigest().get().abbreviated();
    }
    log.info(destination.repository() + " on " + base);
    int width = 6;
    for (PlatformImage image : built.platforms()) {
      width = Math.max(width, image.platform().toString().length());
    }
    if (!built.shared().isEmpty()) {
      log.info("  " + pad("shared", width) + "  " + list(built.shared()));
    }
    for (PlatformImage image : built.platforms()) {
      log.info(
          "  %s  %s  %s%s"
              .formatted(
                  pad(image.platform().toString(), width),
                  image.manifest().document().digest(),
                  Sizes.format(image.size()),
                  image.own().isEmpty() ? "" : ", own " + list(image.own())));
    }
    if (!spec.isComplete()) {
      log.info("  not built here: " + PlatformSelection.join(spec.missing()));
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String list(List<Layer> layers) {
    StringJoiner text = new StringJoiner(", ");
    for (Layer layer : layers) {
      text.add(
          "%s %s%s"
              .formatted(
                  layer.name(),
                  Sizes.format(layer.blob().size()),
                  layer.reused() ? " (reused)" : ""));
    }
    return text.toString();
  }
}
