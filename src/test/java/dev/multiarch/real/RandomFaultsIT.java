package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.assembly.Patience;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.registry.Registries;
import dev.multiarch.registry.RegistryOptions;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.testing.FaultyProxy;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many runs against a real registry behind a network on which things go wrong at random. How many
 * and which is settable: {@code -Dmultiarch.faults.runs=1000 -Dmultiarch.faults.seed=1}.
 */
class RandomFaultsIT {

  private static final long RUNS = Long.getLong("multiarch.faults.runs", 100);
  private static final long FIRST = Long.getLong("multiarch.faults.seed", 1);
  private static final String TAG = "1";

  /** To how many of its requests something happens, of which each run gets one. */
  private static final List<Double> SHARES = List.of(0.03, 0.1, 0.25, 0.5);

  @TempDir static Path folder;
  private static RealRegistry registry;
  private static LayoutStore layout;
  private static Descriptor shared;

  /** A base in a repository of its own, whose layer every run's image has. */
  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    registry = RealRegistry.startOpen(folder.resolve("registry"));
    layout = new LayoutStore(folder.resolve("layout"));
    RandomImages random = new RandomImages(0, layout);
    shared = random.blob(Format.OCI.layer(), 150_000);
    Manifest base = random.manifest("linux/amd64", List.of(shared));
    try (Registries direct = new Registries(RegistryOptions.defaults());
        Parallel parallel = new Parallel(1)) {
      Store store = direct.repository(registry.host(), "base");
      new Copier(layout, store, parallel).copy(base.document().descriptor());
    }
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void everyRunSucceedsOrMovesNoTagAndTheNextOneSucceeds() throws IOException {
    Map<Double, AtomicInteger> failed = new TreeMap<>();
    SHARES.forEach(share -> failed.put(share, new AtomicInteger()));
    AtomicInteger requests = new AtomicInteger();
    try (Parallel parallel = new Parallel(8)) {
      parallel.forEach(
          LongStream.range(FIRST, FIRST + RUNS).boxed().toList(),
          seed -> {
            Run run = new Run(seed);
            try {
              if (!run.succeeds(requests)) {
                failed.get(run.share).incrementAndGet();
              }
            } catch (AssertionError | RuntimeException e) {
              throw new AssertionError("seed " + seed, e);
            }
          });
    }
    System.out.printf(
        "%d runs with seeds from %d, %s requests; runs that ended in an error, by share of faults: %s%n",
        RUNS, FIRST, requests, failed);
    assertThat(failed.get(SHARES.get(0))).as("errors where little goes wrong").hasValue(0);
  }

  /** One image and what becomes of it. */
  private static final class Run {

    private final long seed;
    private final Random random;
    private final double share;
    private final String repository;
    private final Index old;
    private final Index current;
    private final RegistryOptions impatient;

    Run(long seed) throws IOException {
      this.seed = seed;
      this.random = new Random(seed * 7919);
      this.share = SHARES.get(random.nextInt(SHARES.size()));
      this.repository = "app-" + seed;
      RandomImages images = new RandomImages(seed, layout);
      this.old = index(images);
      this.current = index(images);
      RegistryOptions whole =
          RegistryOptions.defaults()
              .withTimeouts(
                  new RegistryOptions.Timeouts(
                      Duration.ofSeconds(5), Duration.ofMillis(250), Duration.ofSeconds(30)))
              .withRetries(
                  new RegistryOptions.Retries(
                      5, Duration.ofMillis(2), Duration.ofMillis(10), Duration.ofSeconds(5)));
      this.impatient =
          random.nextBoolean()
              ? whole
              : whole.withChunks(new RegistryOptions.Chunks(50_000, 40_000));
    }

    private static Index index(RandomImages images) throws IOException {
      List<Descriptor> children = new ArrayList<>();
      Descriptor own = images.blob(Format.OCI.layer(), 90_000);
      Descriptor small = images.blob(Format.OCI.layer(), 900);
      for (String platform : List.of("linux/amd64", "linux/arm64")) {
        Manifest manifest = images.manifest(platform, List.of(shared, own, small));
        children.add(manifest.document().descriptor().withPlatform(Platform.parse(platform)));
      }
      Index index = Index.create(Format.OCI, children);
      layout.put(index.document());
      return index;
    }

    /**
     * @return whether the run with faults ended well
     */
    boolean succeeds(AtomicInteger requests) throws IOException {
      boolean replaces = random.nextBoolean();
      if (replaces) {
        push(registry.host(), RegistryOptions.defaults(), old);
      }
      Optional<IOException> failure;
      try (FaultyProxy proxy = FaultyProxy.start(registry.host(), seed, share)) {
        failure = attempt(proxy.host());
        requests.addAndGet(proxy.exchanges().all().size());
      }
      Optional<Document> tagged = read();
      if (failure.isEmpty()) {
        assertThat(tagged).contains(current.document());
      } else {
        assertThat(failure.get()).isInstanceOf(StoreException.class);
        assertThat(((StoreException) failure.get()).remedy()).isNotEmpty();
        // It may have moved wholly, with only the reading back left undone.
        assertThat(List.of(old.document(), current.document()))
            .containsAll(tagged.stream().toList());
        assertThat(tagged.isPresent() || !replaces).isTrue();
      }
      push(registry.host(), RegistryOptions.defaults(), current);
      assertThat(read()).contains(current.document());
      return failure.isEmpty();
    }

    private Optional<IOException> attempt(String host) {
      try {
        push(host, impatient, current);
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(e);
      }
    }

    private void push(String host, RegistryOptions options, Index image) throws IOException {
      try (Registries registries = new Registries(options);
          Parallel parallel = new Parallel(3)) {
        Store store = registries.repository(host, repository);
        TagWriter tags = new TagWriter(store, Patience.standard(), true);
        var before = tags.look(List.of(TAG));
        Blob.Mountable base = new Blob.Mountable(host, "base");
        new Copier(
                layout,
                store,
                parallel,
                blob ->
                    blob.digest().equals(shared.digest())
                        ? layout.blob(blob).alsoIn(base)
                        : layout.blob(blob))
            .copy(image.manifests());
        tags.write(image, before);
      }
    }

    /** What the tag names, after all that it leads to was read from the registry and verified. */
    private Optional<Document> read() throws IOException {
      Path place = Files.createTempDirectory(folder, "read");
      try (Registries registries = new Registries(RegistryOptions.defaults());
          Parallel parallel = new Parallel(1)) {
        Store store = registries.repository(registry.host(), repository);
        Optional<Descriptor> tagged = store.resolve(TAG);
        if (tagged.isPresent()) {
          new Copier(store, new LayoutStore(place), parallel).copy(tagged.get());
        }
        return tagged.isPresent()
            ? store.document(tagged.get().digest().toString())
            : Optional.empty();
      } finally {
        delete(place);
      }
    }

    private static void delete(Path place) throws IOException {
      try (Stream<Path> files = Files.walk(place)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
