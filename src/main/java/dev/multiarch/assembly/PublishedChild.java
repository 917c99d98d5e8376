package dev.multiarch.assembly;

import dev.multiarch.oci.Document;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Configs;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.Optional;

/** One platform's image as its destination has it: what it says of itself. */
record PublishedChild(Manifest manifest, ImageConfig config) {

  /**
   * Reads the config that a manifest names.
   *
   * @throws IllegalArgumentException if the document is no manifest, or its config cannot be read
   */
  static PublishedChild read(Store store, Document document) throws IOException {
    Manifest manifest = Manifest.of(document);
    return new PublishedChild(manifest, Configs.read(store, manifest));
  }

  /** Whether it is exactly of this platform, {@code arm64/v8} and {@code arm64} being the same. */
  boolean isOf(Platform platform) {
    return platform.distanceTo(config.platform()).equals(Optional.of(0));
  }

  /** The base's digest: an annotation, or a label in Docker's format, which has no annotations. */
  Optional<String> baseDigest() {
    return note(Manifest.BASE_DIGEST);
  }

  /** The base's name. */
  Optional<String> baseName() {
    return note(Manifest.BASE_NAME);
  }

  private Optional<String> note(String name) {
    return Optional.ofNullable(manifest.annotations().get(name))
        .or(() -> Optional.ofNullable(config.labels().get(name)));
  }
}
