package dev.multiarch.testing;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes images of random bytes, the same for the same seed. */
public final class RandomImages {

  private final Random random;
  private final LayoutStore store;
  private final Format format;

  public RandomImages(long seed, LayoutStore store) {
    this(seed, store, Format.OCI);
  }

  public RandomImages(long seed, LayoutStore store, Format format) {
    this.random = new Random(seed);
    this.store = store;
    this.format = format;
  }

  /** A blob of {@code size} random bytes. */
  public Descriptor blob(String mediaType, int size) throws IOException {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return blob(mediaType, bytes);
  }

  /** A blob of these bytes. */
  public Descriptor blob(String mediaType, byte[] bytes) throws IOException {
    Descriptor descriptor = Descriptor.of(mediaType, Digest.of(bytes), bytes.length);
    store.blobs().write(descriptor.digest(), bytes);
    return descriptor;
  }

  /** A manifest with a config for the platform, and these layers. */
  public Manifest manifest(String platform, List<Descriptor> layers) throws IOException {
    ImageConfig config =
        ImageConfig.empty()
            .withCreated(Instant.EPOCH)
            .withPlatform(Platform.parse(platform))
            .withRootfs();
    for (Descriptor layer : layers) {
      config = config.withLayer(Digest.of("diff " + layer.digest()), Instant.EPOCH, "test", "base");
    }
    return manifest(config, layers);
  }

  /** A manifest with this config and these layers. */
  public Manifest manifest(ImageConfig config, List<Descriptor> layers) throws IOException {
    Manifest manifest =
        Manifest.create(format, blob(format.config(), config.bytes()), layers, Map.of());
    store.put(manifest.document());
    return manifest;
  }

  /** An index of images with a layer that they share and one of their own. */
  public Index index(String... platforms) throws IOException {
    Descriptor shared = blob(format.layer(), 1000);
    List<Descriptor> children = new ArrayList<>();
    for (String platform : platforms) {
      Manifest manifest = manifest(platform, List.of(shared, blob(format.layer(), 2000)));
      children.add(manifest.document().descriptor().withPlatform(Platform.parse(platform)));
    }
    Index index = Index.create(format, children);
    store.put(index.document());
    return index;
  }
}
