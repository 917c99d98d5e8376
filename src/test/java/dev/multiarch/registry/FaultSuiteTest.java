package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.registry.Flow.Images;
import dev.multiarch.store.BlobDirectory;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.StoreException;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.PlantedFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every fault at every request of every flow: each run ends in success with the right bytes, or in
 * a clean error that leaves nothing half done; and the run after it succeeds.
 */
class FaultSuiteTest {

  private static final String PASSWORD = "s3cret-p4ssword";
  private static final Credential USER = Credential.basic("user", PASSWORD);

  /** What asking again does not change; of the statuses, some. */
  private static final Set<Fault.Type> LASTING =
      Set.of(
          Fault.Type.STATUS,
          Fault.Type.WRONG_DIGEST,
          Fault.Type.WRONG_BYTES,
          Fault.Type.WRONG_SIZE,
          Fault.Type.WRONG_MEDIA_TYPE);

  /** Nothing else is noticed by waiting, so that a slow machine is not taken for a fault. */
  private static final Set<Fault.Type> NOTICED_BY_WAITING =
      Set.of(Fault.Type.STALL, Fault.Type.DELAY);

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static Images images;
  private final AtomicInteger cases = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();

  @BeforeAll
  static void makeImages() throws IOException {
    images = Images.in(folder.resolve("images"));
  }

  @ParameterizedTest
  @EnumSource
  void everyRunSucceedsOrLeavesNothingHalfDone(Flow flow) throws IOException {
    try (Parallel parallel = new Parallel(6)) {
      parallel.forEach(
          Fault.catalogue(),
          fault -> {
            int k = 1;
            while (strike(flow, fault, k)) {
              k++;
            }
          });
    }
    System.out.printf("%s: %s cases, %s of them ended in an error%n", flow, cases, errors);
    assertThat(cases.get()).isGreaterThan(100);
  }

  /**
   * @return whether the flow has a k-th request
   */
  private boolean strike(Flow flow, Fault fault, int k) throws IOException {
    String name = "%s, %s at request %d".formatted(flow, fault, k);
    Path place = folder.resolve(UUID.randomUUID().toString());
    try (FakeRegistry registry = FakeRegistry.start()) {
      registry.requireTokens().user("user", PASSWORD);
      flow.prepare(registry, images);
      Map<String, String> tags = registry.tags("app");
      PlantedFault planted = registry.plant(fault, At.requestOrToken(k));
      Duration idle = NOTICED_BY_WAITING.contains(fault.type()) ? Duration.ofMillis(300) : LONG;
      Optional<IOException> failure = run(flow, registry, place, idle);
      if (planted.timesReached() == 0) {
        assertThat(failure).as(name).isEmpty();
        return false;
      }
      cases.incrementAndGet();
      if (failure.isEmpty()) {
        flow.check(registry, images, place);
      } else {
        errors.incrementAndGet();
        // The third request brings the first token; a fresh one that is refused stays refused.
        boolean fresh = fault.type() == Fault.Type.EXPIRE_TOKENS && k == 3;
        assertThat(fresh || LASTING.contains(fault.type()))
            .as(name + ": " + failure.get())
            .isTrue();
        assertThat(fault.toString()).as(name).doesNotMatch("STATUS (408|429|5\\d\\d).*");
        assertClean(name, failure.get());
        assertThat(registry.openUploads()).as(name).isLessThanOrEqualTo(1);
      }
      assertNothingHalfDone(name, registry, tags, place);
      registry.clearFaults();
      assertThat(run(flow, registry, place, LONG)).as(name + ", next run").isEmpty();
      flow.check(registry, images, place);
      return true;
    }
  }

  private Optional<IOException> run(Flow flow, FakeRegistry registry, Path place, Duration idle) {
    RegistryOptions options =
        flow.tuned(RegistryOptions.defaults())
            .withCredentials(TestCredentials.always(USER))
            .withTimeouts(new RegistryOptions.Timeouts(LONG, idle, LONG))
            // As often as a machine may be too slow for a short wait; a fault strikes once.
            .withRetries(
                new RegistryOptions.Retries(
                    (int) LONG.dividedBy(idle) + 5,
                    Duration.ofMillis(500),
                    LONG,
                    Duration.ofMinutes(30)));
    try (Registries registries = new Registries(options, new TestTime());
        Parallel parallel = new Parallel(1)) {
      flow.run(registries, registry, images, place, parallel);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private static void assertClean(String name, IOException failure) {
    assertThat(failure).as(name).isInstanceOf(StoreException.class);
    assertThat(((StoreException) failure).remedy()).as(name).isNotEmpty();
    assertThat(failure + ((StoreException) failure).remedy()).as(name).doesNotContain(PASSWORD);
  }

  /** A tag names what it did, or the whole new image; a file has the bytes its name promises. */
  private static void assertNothingHalfDone(
      String name, FakeRegistry registry, Map<String, String> before, Path place)
      throws IOException {
    Map<String, String> after = registry.tags("app");
    if (!after.equals(before)) {
      Map<String, String> moved = new HashMap<>(before);
      moved.put(Flow.TAG, images.current().document().digest().toString());
      assertThat(after).as(name).isEqualTo(moved);
      images.assertComplete(registry, "app", images.current());
    }
    if (Files.isDirectory(place)) {
      assertThat(new BlobDirectory(place).unfinished()).as(name).isEmpty();
      for (Path file : files(place.resolve("blobs"))) {
        assertThat(Digest.of(Files.readAllBytes(file)).hex())
            .as(name)
            .isEqualTo(file.getFileName().toString());
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
