package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When files count as unchanged. All of them are new here, so they are what a build touched. */
class FileStatesTest {

  @TempDir Path folder;
  private Map<String, String> remembered = Map.of();

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("in/it"));
    Files.writeString(folder.resolve("in/a.txt"), "one");
    Files.writeString(folder.resolve("in/it/b.txt"), "two");
  }

  private Optional<Digest> look() throws IOException {
    FileStates states = new FileStates(Instant.EPOCH, remembered, new SeenFiles());
    states.add(folder.resolve("in"));
    Optional<Digest> digest = states.digest();
    remembered = states.touched();
    return digest;
  }

  @Test
  void filesThatWereWrittenAgainWithTheSameContentAreUnchanged() throws IOException {
    Optional<Digest> before = look();
    Files.delete(folder.resolve("in/a.txt"));
    Files.writeString(folder.resolve("in/a.txt"), "one");
    Files.setLastModifiedTime(folder.resolve("in/it/b.txt"), FileTime.from(Instant.EPOCH));
    assertThat(before).isPresent();
    assertThat(look()).isEqualTo(before);
  }

  @Test
  void aChangeOfContentIsSeenThoughSizeAndTimeAreTheSame() throws IOException {
    Path file = folder.resolve("in/a.txt");
    FileTime time = Files.getLastModifiedTime(file);
    Optional<Digest> before = look();
    Files.writeString(file, "six");
    Files.setLastModifiedTime(file, time);
    assertThat(look()).isNotEqualTo(before);
  }

  @Test
  void aRightToExecuteIsSeen() throws IOException {
    Optional<Digest> before = look();
    Files.setPosixFilePermissions(
        folder.resolve("in/a.txt"), PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(look()).isNotEqualTo(before);
  }

  @Test
  void aFileMoreOrLessIsSeen() throws IOException {
    Optional<Digest> before = look();
    Files.writeString(folder.resolve("in/it/c.txt"), "");
    Optional<Digest> more = look();
    Files.delete(folder.resolve("in/it/c.txt"));
    Files.delete(folder.resolve("in/it/b.txt"));
    assertThat(more).isNotEqualTo(before);
    assertThat(look()).isNotEqualTo(before).isNotEqualTo(more);
  }

  @Test
  void anEmptyFolderMoreIsSeen() throws IOException {
    Optional<Digest> before = look();
    Files.createDirectory(folder.resolve("in/empty"));
    assertThat(look()).isNotEqualTo(before);
  }

  @Test
  void nothingIsConcludedOfAFileThatChangedAfterItWasLookedAt() throws IOException {
    Path file = folder.resolve("in/a.txt");
    long later = FileStat.of(file, FileStat.now()).changed() + TimeUnit.HOURS.toNanos(1);
    FileStates states = new FileStates(Instant.EPOCH, Map.of(), new SeenFiles(() -> later));
    states.add(folder.resolve("in"));
    Files.writeString(file, "changed");
    assertThat(states.digest()).isEmpty();
    Files.delete(file);
    assertThat(states.digest()).isEmpty();
  }

  @Test
  void nothingIsConcludedOfLinks() throws IOException {
    Files.createSymbolicLink(folder.resolve("in/link"), Path.of("a.txt"));
    assertThat(look()).isEmpty();
  }

  @Test
  void whatWasTouchedIsToBeReadUntilItIsRemembered() throws IOException {
    long later =
        FileStat.of(folder.resolve("in/a.txt"), FileStat.now()).changed()
            + TimeUnit.SECONDS.toNanos(5);
    FileStates first = new FileStates(Instant.EPOCH, Map.of(), new SeenFiles(() -> later));
    first.add(folder.resolve("in"));
    assertThat(first.unread()).isEqualTo(6);
    assertThat(first.digest()).isPresent();

    FileStates second = new FileStates(Instant.EPOCH, first.touched(), new SeenFiles(() -> later));
    second.add(folder.resolve("in"));
    assertThat(second.unread()).isZero();

    Files.writeString(folder.resolve("in/a.txt"), "three");
    FileStates third = new FileStates(Instant.EPOCH, first.touched(), new SeenFiles(() -> later));
    third.add(folder.resolve("in"));
    assertThat(third.unread()).isEqualTo(5);
  }

  @Test
  void aFileThatWasNotTouchedByTheBuildIsNotRead() throws IOException {
    Path file = folder.resolve("in/a.txt");
    long later = FileStat.of(file, FileStat.now()).changed() + TimeUnit.SECONDS.toNanos(5);
    FileStates states =
        new FileStates(Instant.EPOCH.plusNanos(later), Map.of(), new SeenFiles(() -> later));
    states.add(folder.resolve("in"));
    assertThat(states.digest()).isPresent();
    assertThat(states.touched()).isEmpty();
  }
}
