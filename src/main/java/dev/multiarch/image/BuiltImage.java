package dev.multiarch.image;

import dev.multiarch.layer.Layer;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Blob;
import java.util.List;
import java.util.Optional;

/**
 * What a build made; all of it lies in the layout.
 *
 * @param index of the platforms that were built, in the order of the spec
 * @param baseName how the base was asked for, if that means the same on every machine
 * @param baseDigest of the base's index, or of its manifest where it has no index
 * @param baseRepository where a registry may mount the base's layers from, if they lie in one
 * @param shared the layers that every platform has
 * @param platforms what was built for each
 */
public record BuiltImage(
    Index index,
    Optional<String> baseName,
    Optional<Digest> baseDigest,
    Optional<Blob.Mountable> baseRepository,
    List<Layer> shared,
    List<PlatformImage> platforms) {

  /**
   * One platform's image.
   *
   * @param baseLayers how many of its layers are the base's, counted from the lowest
   * @param own the layers that are not shared with the other platforms
   */
  public record PlatformImage(
      Platform platform, Manifest manifest, int baseLayers, List<Layer> own) {

    /** What has to be transferred to have the image, in bytes: manifest, config and layers. */
    public long size() {
      long size = manifest.document().descriptor().size();
      for (Descriptor blob : manifest.document().blobs()) {
        size += blob.size();
      }
      return size;
    }
  }
}
