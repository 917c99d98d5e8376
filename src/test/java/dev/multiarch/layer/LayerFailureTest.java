package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LayerFailureTest {

  private static final int LARGE = 5_000_000;

  @TempDir Path folder;
  private Path cache;
  private Path large;
  private Path last;
  private LayerBuilder builder;
  private Snapshot snapshot;

  @BeforeEach
  void aLayerOfTwoFiles() throws IOException {
    cache = folder.resolve("cache");
    byte[] noise = new byte[LARGE];
    new Random(1).nextBytes(noise);
    large = Tree.write(folder.resolve("in/a"), noise);
    last = Tree.write(folder.resolve("in/b"), "text");
    builder = new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, new SeenFiles()), 2);
    snapshot = Snapshot.of(Tree.of(large, last), new SeenFiles());
  }

  @Test
  void aFileThatVanishesIsNamed() throws Exception {
    Files.delete(last);

    assertThatIOException()
        .isThrownBy(() -> builder.write(snapshot))
        .withMessageContaining(last.toString());
    assertNothingIsLeft();
  }

  @Test
  void aFileThatWasNeverThereIsNamed() throws Exception {
    Files.delete(last);

    assertThatIOException()
        .isThrownBy(() -> builder.build(Tree.of(large, last)))
        .withMessageContaining(last.toString());
    assertNothingIsLeft();
  }

  @Test
  void aFolderInPlaceOfAFileIsNamed() {
    assertThatIOException()
        .isThrownBy(() -> builder.build(Tree.of(large.getParent())))
        .withMessageContaining(large.getParent().toString())
        .withMessageContaining("not a regular file");
  }

  @Test
  void aFileThatChangesAfterItWasHashedIsNamed() throws Exception {
    long hour = TimeUnit.HOURS.toNanos(1);
    Snapshot later = Snapshot.of(Tree.of(last), new SeenFiles(() -> FileStat.now() + hour));
    later.sources().get(0).digest = Digest.of("text");
    // Another file: one that is written within the same tick may have the same times.
    Path other = Tree.write(folder.resolve("in/c"), "next");
    Files.move(other, last, StandardCopyOption.REPLACE_EXISTING);

    assertThatIOException()
        .isThrownBy(() -> builder.write(later))
        .withMessageContaining(last.toString())
        .withMessageContaining("something else writes it");
    assertNothingIsLeft();
  }

  /** It may have changed since it was hashed, and look the same. */
  @Test
  void aFileThatWasChangedJustNowIsHashedAgain() throws Exception {
    long changed = FileStat.of(last, 0).changed();
    Snapshot racy = Snapshot.of(Tree.of(last), new SeenFiles(() -> changed));
    racy.sources().get(0).digest = Digest.of("text");
    Files.writeString(last, "next");

    builder.write(racy);

    assertThat(racy.sources().get(0).digest).isEqualTo(Digest.of("next"));
  }

  @Test
  void aFileThatShrinksIsNamed() throws Exception {
    Files.writeString(last, "tex");

    assertThatIOException()
        .isThrownBy(() -> builder.write(snapshot))
        .withMessageContaining(last.toString())
        .withMessageContaining("4 bytes");
    assertNothingIsLeft();
  }

  @Test
  void aSmallFileThatGrowsIsNamed() throws Exception {
    Files.writeString(last, "text and more");

    assertThatIOException()
        .isThrownBy(() -> builder.write(snapshot))
        .withMessageContaining(last.toString());
    assertNothingIsLeft();
  }

  @Test
  void aLargeFileThatGrowsIsNamed() throws Exception {
    Files.write(large, new byte[1], java.nio.file.StandardOpenOption.APPEND);

    assertThatIOException()
        .isThrownBy(() -> builder.write(snapshot))
        .withMessageContaining(large.toString());
    assertNothingIsLeft();
  }

  @Test
  void anEmptyFileThatGrowsIsNamed() throws Exception {
    Path empty = Tree.write(folder.resolve("in/empty"), "");
    Snapshot before = Snapshot.of(Tree.of(empty), new SeenFiles());
    Files.writeString(empty, "x");

    assertThatIOException()
        .isThrownBy(() -> builder.write(before))
        .withMessageContaining(empty.toString());
  }

  @Test
  void aFullDiskEndsTheWorkWithItsOwnMessage() throws Exception {
    for (int room : new int[] {0, 100, 1_500_000, LARGE - 1}) {
      OutputStream full = new Bounded(room);
      assertThatIOException()
          .isThrownBy(
              () -> {
                try (GzipPipeline gzip = new GzipPipeline(full, 2)) {
                  new TarWriter(gzip).write(snapshot);
                  gzip.finish();
                }
              })
          .withMessage("no space left");
    }
  }

  private void assertNothingIsLeft() throws Exception {
    if (Files.exists(cache)) {
      try (Stream<Path> files = Files.walk(cache)) {
        assertThat(files.filter(Files::isRegularFile)).isEqualTo(List.of());
      }
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("multiarch-layer")) {
        // It has no work any more, but may not have ended to the last.
        thread.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  private static final class Bounded extends OutputStream {
    private int room;

    Bounded(int room) {
      this.room = room;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[1], 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      room -= length;
      if (room < 0) {
        throw new IOException("no space left");
      }
    }
  }
}
