package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ConcurrentBuildsTest {

  private static final int PLANS = 6;
  private static final int BUILDS = 120;
  private static final int AT_ONCE = 8;

  @TempDir Path folder;

  @Test
  void buildsOnOneCacheDoNotDisturbEachOther() throws Exception {
    Path root = folder.resolve("cache");
    BlobDirectory blobs = new BlobDirectory(root);
    List<LayerPlan> plans = new ArrayList<>();
    for (int i = 0; i < PLANS; i++) {
      plans.add(Tree.random(i, folder.resolve("in" + i), 20, 60_000));
    }
    List<Layer> alone = new ArrayList<>();
    Path other = folder.resolve("alone");
    for (LayerPlan plan : plans) {
      alone.add(
          new LayerBuilder(new BlobDirectory(other), new LayerCache(other, new SeenFiles()), 1)
              .build(plan));
    }

    List<Layer> layers;
    try (Parallel parallel = new Parallel(AT_ONCE)) {
      layers =
          parallel.map(
              IntStream.range(0, BUILDS).boxed().toList(),
              i -> {
                // Now and then a blob is lost, as if another process had evicted it.
                if (i % 7 == 3) {
                  blobs.forget(alone.get(i % PLANS).blob().digest());
                }
                // A cache of its own, as every process has one.
                SeenFiles seen = new SeenFiles(root, Instant.now().plusSeconds(60));
                Layer layer =
                    new LayerBuilder(blobs, new LayerCache(root, seen), 2)
                        .build(plans.get(i % PLANS));
                seen.save();
                return layer;
              });
    }

    for (int i = 0; i < BUILDS; i++) {
      assertThat(layers.get(i).blob()).isEqualTo(alone.get(i % PLANS).blob());
      assertThat(layers.get(i).diffId()).isEqualTo(alone.get(i % PLANS).diffId());
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.getFileName().toString()).doesNotStartWith(WholeFile.UNFINISHED);
        if (file.startsWith(root.resolve("blobs"))) {
          assertThat(Digest.of(Files.readAllBytes(file)).hex())
              .isEqualTo(file.getFileName().toString());
        }
      }
    }
    assertThat(new BlobDirectory(root).unfinished()).isEmpty();
  }
}
