package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Manifest;
import java.io.IOException;
import java.io.InputStream;

/** Reads what images say of themselves. */
public final class Configs {

  private Configs() {}

  /**
   * The config that a manifest names.
   *
   * @throws StoreException if it is larger than a document may be: the manifest is anybody's word,
   *     and a config is held in memory
   * @throws IllegalArgumentException if it is no config
   */
  public static ImageConfig read(Store store, Manifest manifest) throws IOException {
    Descriptor descriptor = manifest.config();
    requireSize(store, descriptor);
    try (InputStream in = store.blob(descriptor).open()) {
      return ImageConfig.parse(in.readAllBytes());
    }
  }

  /**
   * Makes sure of a config's size before any of it is fetched.
   *
   * @throws StoreException if a config is larger than a document may be
   */
  public static void requireSize(Store store, Descriptor config) throws StoreException {
    if (config.size() > Document.MAX_SIZE) {
      throw new StoreException(
          "%s: the config %s has %d bytes, more than a config may have"
              .formatted(store.name(), config.digest(), config.size()),
          "Check what the image is.");
    }
  }
}
