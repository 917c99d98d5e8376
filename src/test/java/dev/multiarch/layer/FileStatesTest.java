package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When files count as unchanged. All of them are new here, so they are what a build touched. */
class FileStatesTest {

  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("in/it"));
    Files.writeString(folder.resolve("in/a.txt"), "one");
    Files.writeString(folder.resolve("in/it/b.txt"), "two");
  }

  private Optional<Digest> look() throws IOException {
    return states(new SeenFiles()).digest(Instant.EPOCH);
  }

  private FileStates states(SeenFiles files) throws IOException {
    FileStates states = new FileStates(files);
    states.add(folder.resolve("in"));
    return states;
  }

  /** What a later build sees, when the files have long been written. */
  private SeenFiles later() {
    long now = FileStat.now() + HOUR;
    return new SeenFiles(Optional.of(folder.resolve("cache")), now, () -> now);
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
    FileStates states = states(later());
    Files.writeString(file, "changed");
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
    Files.delete(file);
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
  }

  @Test
  void nothingIsConcludedOfLinks() throws IOException {
    Files.createSymbolicLink(folder.resolve("in/link"), Path.of("a.txt"));
    assertThat(look()).isEmpty();
  }

  @Test
  void whatWasTouchedIsToBeReadUntilItIsRemembered() throws IOException {
    SeenFiles seen = later();
    FileStates first = states(seen);
    assertThat(first.unread(Instant.EPOCH)).isEqualTo(6);
    Optional<Digest> before = first.digest(Instant.EPOCH);
    assertThat(before).isPresent();
    seen.save();

    FileStates second = states(later());
    assertThat(second.unread(Instant.EPOCH)).isZero();
    assertThat(second.digest(Instant.EPOCH)).isEqualTo(before);

    Files.writeString(folder.resolve("in/a.txt"), "three");
    FileStates third = states(later());
    assertThat(third.unread(Instant.EPOCH)).isEqualTo(5);
  }

  @Test
  void aFileThatWasNotTouchedIsNotRead() throws IOException {
    SeenFiles seen = later();
    FileStates states = states(seen);
    Instant since = Instant.ofEpochSecond(0, FileStat.now() + HOUR);
    assertThat(states.unread(since)).isZero();
    assertThat(states.digest(since)).isPresent();
    Path file = folder.resolve("in/a.txt");
    assertThat(seen.known(file, seen.stat(file))).isNull();
  }

  /** Of one moment, touched files are equal by content and others by what the system says. */
  @Test
  void aFileThatIsTouchedAfterTheMomentIsAnother() throws IOException {
    Instant since = Instant.ofEpochSecond(0, FileStat.now() + HOUR);
    Optional<Digest> before = states(later()).digest(since);
    Files.setLastModifiedTime(folder.resolve("in/a.txt"), FileTime.from(Instant.EPOCH));
    assertThat(states(later()).digest(since)).isNotEqualTo(before);
  }

  /** Another change within the kernel's tick would leave the same times. */
  @Test
  void aFileThatWasChangedJustNowStandsByItsContent() throws IOException {
    Instant since = Instant.ofEpochSecond(0, FileStat.now() + HOUR);
    Optional<Digest> before = states(justNow()).digest(since);
    Files.setLastModifiedTime(folder.resolve("in/a.txt"), FileTime.from(Instant.EPOCH));
    assertThat(states(justNow()).digest(since)).isEqualTo(before).isPresent();
  }

  @Test
  void nothingIsConcludedOfAFileThatIsWrittenAgainRightAfterTheLook() throws IOException {
    FileStates states = states(justNow());
    Files.writeString(folder.resolve("in/a.txt"), "two");
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
  }

  /** It was read when it was racy no longer, and its digest learnt; and then it changed. */
  @Test
  void nothingIsConcludedOfAFileThatChangedAfterItWasReadForItsState() throws IOException {
    Path file = folder.resolve("in/a.txt");
    long changed = FileStat.of(file, 0).changed();
    long[] moments = {changed, changed + HOUR};
    int[] next = {0};
    SeenFiles seen =
        new SeenFiles(Optional.empty(), changed + 2 * HOUR, () -> moments[Math.min(next[0]++, 1)]);
    FileStates states = states(seen);
    replace(file, "six");
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
  }

  /** Others may have read it after that, such as the one who takes classes apart. */
  @Test
  void nothingIsConcludedOfAFileThatChangedAfterThisBuildHasReadIt() throws IOException {
    SeenFiles seen = new SeenFiles(() -> FileStat.now() + HOUR);
    FileStates states = states(seen);
    Path file = folder.resolve("in/a.txt");
    seen.read(file, true);
    assertThat(states.digest(Instant.EPOCH)).isPresent();
    replace(file, "six");
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
  }

  /** The layer has the new bytes, and what was found out before follows from the old ones. */
  @Test
  void nothingIsConcludedOfAFileThatChangedBeforeItsLayerWasMade() throws IOException {
    SeenFiles seen = new SeenFiles(() -> FileStat.now() + HOUR);
    Path file = folder.resolve("in/a.txt");
    FileStates states = states(seen);
    replace(file, "six");
    Path cache = folder.resolve("cache");
    new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, seen), 1).build(Tree.of(file));
    assertThat(states.digest(Instant.EPOCH)).isEmpty();
  }

  /**
   * What a layer was made of is what counts, also if all looks as before in the end: folders that
   * are moved away and back leave the times of what lies in them as they are.
   */
  @Test
  void nothingIsConcludedOrKeptOfAFileThatWasAnotherForAMoment() throws IOException {
    SeenFiles seen = later();
    FileStates states = states(seen);
    assertThat(buildWithAnother(seen).reused()).isFalse();
    assertNothingIsConcluded(seen, states);
  }

  /** The same of a layer that was found and not made. */
  @Test
  void nothingIsConcludedOrKeptOfAFileThatWasAnotherWhenItsLayerWasFound() throws IOException {
    buildWithAnother(later());
    SeenFiles seen = later();
    FileStates states = states(seen);
    assertThat(buildWithAnother(seen).reused()).isTrue();
    assertNothingIsConcluded(seen, states);
  }

  /** Builds a layer of a file while another lies in its place. */
  private Layer buildWithAnother(SeenFiles seen) throws IOException {
    Path in = folder.resolve("in");
    Path file = in.resolve("a.txt");
    seen.stat(file);
    Path away = Files.move(in, folder.resolve("away"));
    Files.createDirectory(in);
    Files.writeString(file, "six");
    Path cache = folder.resolve("cache");
    Layer layer =
        new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, seen), 1)
            .build(Tree.of(file));
    Files.delete(file);
    Files.delete(in);
    Files.move(away, in);
    return layer;
  }

  private void assertNothingIsConcluded(SeenFiles seen, FileStates states) throws IOException {
    seen.save();
    Path file = folder.resolve("in/a.txt");
    assertThat(states.digest(Instant.ofEpochSecond(0, FileStat.now() + HOUR))).isEmpty();
    SeenFiles next = later();
    assertThat(next.known(file, next.stat(file))).isNull();
    LayerCache layers = new LayerCache(folder.resolve("cache"), next);
    assertThat(layers.look(layers.snapshot(Tree.of(file))).layer()).isEmpty();
  }

  /**
   * Another file in its place: one that is written within the same tick may have the same times.
   */
  private void replace(Path file, String text) throws IOException {
    Path other = Files.writeString(folder.resolve("other"), text);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /** What a build sees that looks at files right after they were written. */
  private SeenFiles justNow() throws IOException {
    long now = 0;
    for (String name : List.of("in/a.txt", "in/it/b.txt")) {
      now = Math.max(now, FileStat.of(folder.resolve(name), 0).changed());
    }
    long moment = now;
    return new SeenFiles(() -> moment);
  }
}
