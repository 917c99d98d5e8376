package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read once, and what must be read again. */
class SeenFilesTest {

  private static final Digest OLD = Digest.of("old");
  private static final Digest NEW = Digest.of("new");

  @TempDir Path folder;
  private Path file;
  private FileStat stat;

  @BeforeEach
  void aFile() throws IOException {
    file = Files.writeString(folder.resolve("file"), "old");
    stat = FileStat.of(file, FileStat.now());
  }

  private static SeenFiles after(long nanos) {
    return new SeenFiles(() -> FileStat.now() + nanos);
  }

  /** It may hold a great deal, or be somebody else's. */
  @Test
  void whatLiesInAFolderThatIsNotMeantIsNotLookedAt() throws IOException {
    for (String name : List.of("in/file", "out/file", "out/deeper/file")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
    List<Path> asked = new ArrayList<>();
    FileTree.Choice choice =
        new FileTree.Choice() {
          @Override
          public boolean enters(Path path) {
            asked.add(path);
            return path.endsWith("in");
          }

          @Override
          public boolean takes(Path path) {
            asked.add(path);
            return !path.equals(file);
          }
        };
    FileTree tree = new SeenFiles().tree(folder, choice);
    assertThat(tree.folders()).containsExactly(folder, folder.resolve("in"));
    assertThat(tree.files()).containsExactly(folder.resolve("in/file"));
    assertThat(asked)
        .containsExactlyInAnyOrder(
            file, folder.resolve("in"), folder.resolve("in/file"), folder.resolve("out"));
  }

  @Test
  void aFileThatSaysThatNothingChangedIsNotReadAgain() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    assertThat(seen.digest(file, stat)).isEqualTo(OLD);
    Files.writeString(file, "new");
    assertThat(seen.digest(file, stat)).isEqualTo(OLD);
  }

  @Test
  void aFileThatChangedIsReadAgain() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    seen.digest(file, stat);
    Files.writeString(file, "new");
    FileStat changed =
        new FileStat(
            stat.kind(), 3, stat.modified(), stat.changed() + 1, stat.identity(), stat.moment());
    assertThat(seen.digest(file, changed)).isEqualTo(NEW);
  }

  /** Another change within the kernel's tick would leave the same times. */
  @Test
  void aFileThatWasChangedAMomentAgoIsReadAgain() throws IOException {
    SeenFiles seen = after(-TimeUnit.HOURS.toNanos(1));
    seen.digest(file, stat);
    Files.writeString(file, "new");
    assertThat(seen.digest(file, stat)).isEqualTo(NEW);
  }

  @Test
  void anEmptyFileHasADigest() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThat(after(0).digest(empty, FileStat.of(empty, FileStat.now()))).isEqualTo(Digest.of(""));
  }

  /** Else the old state would stand for the new content. */
  @Test
  void whatChangedBetweenTheLookAndTheReadingIsNotLearnt() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    FileStat before = seen.stat(file);
    Files.writeString(file, "newer");
    assertThat(seen.read(file, true)).hasSize(5);
    assertThat(seen.known(file, before)).isNull();
    assertThat(seen.digest(file, before)).isEqualTo(Digest.of("newer"));
    assertThat(seen.known(file, before)).isNull();
  }

  /** The layer must be what the digest of its files says. */
  @Test
  void whatChangedBetweenTheLookAndTheReadingIsNotAtHand() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    seen.stat(file);
    Files.writeString(file, "newer");
    seen.read(file, true);
    assertThat(seen.atHand(file)).isEmpty();
    assertThat(seen.sawChange()).isTrue();
  }

  /** Another change within the kernel's tick would leave the same times. */
  @Test
  void whatWasChangedAMomentAgoIsNotAtHand() throws IOException {
    SeenFiles seen = after(-TimeUnit.HOURS.toNanos(1));
    seen.read(file, true);
    assertThat(seen.atHand(file)).isEmpty();
  }

  @Test
  void whatWasReadIsAtHandOnce() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    seen.read(file, false);
    assertThat(seen.known(file, stat)).isNull();
    assertThat(seen.atHand(file)).hasValue(Files.readAllBytes(file));
    assertThat(seen.atHand(file)).isEmpty();
  }

  @Test
  void noMoreIsAtHandThanMemoryIsMeantForIt() throws IOException {
    SeenFiles seen = after(TimeUnit.HOURS.toNanos(1));
    byte[] megabyte = new byte[1 << 20];
    int atHand = 0;
    for (int i = 0; i < 9; i++) {
      seen.read(Files.write(folder.resolve("file" + i), megabyte), true);
      seen.read(Files.write(folder.resolve("large" + i), new byte[5 << 20]), true);
    }
    for (int i = 0; i < 9; i++) {
      atHand += seen.atHand(folder.resolve("file" + i)).orElse(new byte[0]).length;
    }
    assertThat(atHand).isEqualTo(4 << 20);
  }

  @Test
  void aFileThatChangesWhileSomethingElseReadsItIsNamed() throws IOException {
    SeenFiles seen = after(0);
    seen.stat(file);
    seen.requireStill(file);
    assertThat(seen.sawChange()).isFalse();
    Files.writeString(file, "newer");
    assertThatIOException()
        .isThrownBy(() -> seen.requireStill(file))
        .withMessageContaining(file.toString());
    assertThat(seen.sawChange()).isTrue();
  }

  @Test
  void allWhoAskShareOneLook() throws IOException {
    SeenFiles seen = after(0);
    assertThat(seen.tree(folder).files()).containsExactly(file);
    Files.delete(file);
    assertThat(seen.tree(folder).files()).containsExactly(file);
    assertThat(seen.stat(file)).isEqualTo(stat);
    assertThat(seen.isExecutable(file)).isFalse();
  }
}
