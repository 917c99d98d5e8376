package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Blobs that stream from one repository of a registry into another, where it does not mount: who
 * reads also writes, and must never wait for itself or for another who waits for it.
 */
@Timeout(30)
class CopyWithinRegistryTest {

  private final FakeRegistry registry = FakeRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  private void copy(RegistryOptions options, int blobs, int threads, Runnable plant)
      throws IOException {
    registry.options().mounts(false).mountsOfSelf(false);
    List<Descriptor> all = new ArrayList<>();
    for (int i = 0; i < blobs; i++) {
      byte[] content = bytes(200_000 + i);
      registry.putBlob("base", content);
      all.add(Descriptor.of("a/b", Digest.of(content), content.length));
    }
    try (Registries registries = new Registries(options, new TestTime());
        Parallel parallel = new Parallel(threads)) {
      Store from = registries.repository(registry.host(), "base");
      Store to = registries.repository(registry.host(), "app");
      // What the registry's answers mean is learnt by one; the others need not wait for that.
      byte[] first = bytes(100_000);
      registry.putBlob("base", first);
      to.put(from.blob(Descriptor.of("a/b", Digest.of(first), first.length)));
      plant.run();
      parallel.forEach(all, blob -> to.put(from.blob(blob)));
    }
    assertThat(all).allMatch(blob -> registry.hasBlob("app", blob.digest().toString()));
  }

  private void refusePuts(int times) {
    registry.plant(Fault.status(503), At.kind(Kind.UPLOAD_PUT, 1).times(times));
  }

  @Test
  void anUploadThatFailsAsksForItsStateWhileItsSourceIsOpen() throws IOException {
    copy(RegistryOptions.defaults().withParallel(1), 1, 1, () -> refusePuts(1));
  }

  @Test
  void allUploadsMayFailAtOnce() throws IOException {
    copy(RegistryOptions.defaults(), 4, 4, () -> refusePuts(4));
  }

  @Test
  void moreUploadsThanPlacesGoInChunks() throws IOException {
    RegistryOptions chunks =
        RegistryOptions.defaults().withChunks(new RegistryOptions.Chunks(1000, 50_000));
    copy(chunks, 24, 8, () -> {});
  }
}
