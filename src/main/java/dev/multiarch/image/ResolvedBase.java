package dev.multiarch.image;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A base whose documents are known; its layers may still lie elsewhere.
 *
 * @param name how it was asked for, if that means the same on every machine
 * @param digest of its index, or of its manifest where it has no index; empty for scratch
 * @param images what each platform is built on
 * @param repository where a registry may mount its layers from, if it lies in one
 */
record ResolvedBase(
    Optional<String> name,
    Optional<Digest> digest,
    Map<Platform, Image> images,
    Optional<Blob.Mountable> repository) {

  /**
   * One platform of a base.
   *
   * @param manifest empty for scratch
   * @param config what the image's own config starts from
   * @param layers where its layers lie; empty for scratch
   */
  record Image(Optional<Manifest> manifest, ImageConfig config, Optional<Store> layers) {

    static Image nothing() {
      return new Image(Optional.empty(), ImageConfig.empty(), Optional.empty());
    }

    List<Descriptor> layerDescriptors() {
      return manifest.isPresent() ? manifest.get().layers() : List.of();
    }
  }
}
