package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read once, and what must be read again. */
class FileDigestsTest {

  private static final Digest OLD = Digest.of("old");
  private static final Digest NEW = Digest.of("new");

  @TempDir Path folder;
  private Path file;
  private FileStat stat;

  @BeforeEach
  void aFile() throws IOException {
    file = Files.writeString(folder.resolve("file"), "old");
    stat = FileStat.of(file);
  }

  private static FileDigests after(long nanos) {
    return new FileDigests(() -> FileStat.now() + nanos);
  }

  @Test
  void aFileThatSaysThatNothingChangedIsNotReadAgain() throws IOException {
    FileDigests digests = after(TimeUnit.HOURS.toNanos(1));
    assertThat(digests.of(file, stat)).isEqualTo(OLD);
    Files.writeString(file, "new");
    assertThat(digests.of(file, stat)).isEqualTo(OLD);
  }

  @Test
  void aFileThatChangedIsReadAgain() throws IOException {
    FileDigests digests = after(TimeUnit.HOURS.toNanos(1));
    digests.of(file, stat);
    Files.writeString(file, "new");
    FileStat changed = new FileStat(3, stat.modified(), stat.changed() + 1, stat.identity(), false);
    assertThat(digests.of(file, changed)).isEqualTo(NEW);
  }

  /** Another change within the kernel's tick would leave the same times. */
  @Test
  void aFileThatWasChangedAMomentAgoIsReadAgain() throws IOException {
    FileDigests digests = after(-TimeUnit.HOURS.toNanos(1));
    digests.of(file, stat);
    Files.writeString(file, "new");
    assertThat(digests.of(file, stat)).isEqualTo(NEW);
  }

  @Test
  void anEmptyFileHasADigest() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(after(0).of(empty, FileStat.of(empty))).isEqualTo(Digest.of(""));
  }
}
