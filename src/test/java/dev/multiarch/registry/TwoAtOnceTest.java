package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Index;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Two processes push to one repository at the same time. */
class TwoAtOnceTest {

  @TempDir Path folder;

  @RepeatedTest(10)
  void theSameImageArrivesOnce() throws Exception {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Index image = images(1);
      pushAtOnce(registry, List.of(image, image), List.of("1.0", "1.0"));
      assertThat(registry.tag("app", "1.0").orElseThrow())
          .isEqualTo(image.document().digest().toString());
      assertWhole(registry, image);
    }
  }

  @RepeatedTest(10)
  void ofTwoRunsToOneTagOneWinsWholly() throws Exception {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Index one = images(2);
      Index two = images(3);
      pushAtOnce(registry, List.of(one, two), List.of("1.0", "1.0"));
      assertThat(registry.tag("app", "1.0").orElseThrow())
          .isIn(one.document().digest().toString(), two.document().digest().toString());
      assertWhole(registry, one);
      assertWhole(registry, two);
    }
  }

  private Index images(long seed) throws IOException {
    return new RandomImages(seed, layout()).index("linux/amd64", "linux/arm64");
  }

  private LayoutStore layout() {
    return new LayoutStore(folder.resolve("layout"));
  }

  /** Each push has its own client, as another process would. */
  private void pushAtOnce(FakeRegistry registry, List<Index> images, List<String> tags)
      throws IOException {
    CyclicBarrier together = new CyclicBarrier(images.size());
    try (Parallel processes = new Parallel(images.size())) {
      processes.forEach(
          List.of(0, 1),
          i -> {
            try (Registries client = new Registries(RegistryOptions.defaults());
                Parallel parallel = new Parallel(4)) {
              Store store = client.repository(registry.host(), "app");
              await(together);
              new Copier(layout(), store, parallel).copy(images.get(i).document().descriptor());
              store.tag(images.get(i).document(), tags.get(i));
            }
          });
    }
  }

  private static void await(CyclicBarrier barrier) throws IOException {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private void assertWhole(FakeRegistry registry, Index image) throws IOException {
    for (var child : image.manifests()) {
      assertThat(registry.hasManifest("app", child.digest().toString())).isTrue();
      for (var blob : layout().document(child.digest().toString()).orElseThrow().blobs()) {
        assertThat(registry.hasBlob("app", blob.digest().toString())).isTrue();
      }
    }
    assertThat(registry.openUploads()).isZero();
  }
}
