package dev.multiarch.layer;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.store.BlobDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Makes layers, or finds that a cache has them. */
public final class LayerBuilder {

  private final BlobDirectory blobs;
  private final LayerCache cache;

  /**
   * @param blobs where finished layers are put
   * @param cache what is known of the layers there
   */
  public LayerBuilder(BlobDirectory blobs, LayerCache cache) {
    this.blobs = blobs;
    this.cache = cache;
  }

  /**
   * Makes a layer. Its blob is in the blob directory afterwards, whole.
   *
   * @throws IOException if a file cannot be read or the blob not be written; nothing is left then
   */
  public Layer build(LayerPlan plan) throws IOException {
    Digest key = cache.key(plan);
    var known = cache.find(key, plan.name());
    if (known.isPresent() && blobs.find(known.get().blob()).isPresent()) {
      return known.get();
    }
    Layer layer = write(plan);
    cache.remember(key, layer);
    return layer;
  }

  private Layer write(LayerPlan plan) throws IOException {
    MessageDigest diffId = Digest.sha256();
    MessageDigest digest = Digest.sha256();
    try (BlobDirectory.Incoming file = blobs.incoming()) {
      CountingStream size = new CountingStream(file.stream(), digest);
      try (GzipStream gzip = new GzipStream(new BufferedOutputStream(size, TarWriter.BUFFER));
          OutputStream tar = new CountingStream(gzip, diffId)) {
        TarWriter.write(plan, tar);
      }
      Digest blob = Digest.of(digest);
      file.keepAs(blob);
      return new Layer(
          plan.name(),
          Descriptor.of(Format.OCI.layer(), blob, size.count()),
          Digest.of(diffId),
          false);
    }
  }
}
