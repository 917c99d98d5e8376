package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheSweepTest {

  private static final int SIZE = 10_000;

  @TempDir Path root;
  private BlobDirectory blobs;

  @BeforeEach
  void aCache() {
    blobs = new BlobDirectory(root);
  }

  @Test
  void whatWasNotUsedForLongestGoesUntilThereIsRoom() throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      files.add(blob(i, Duration.ofDays(10 - i)));
    }

    new CacheSweep(root, 5L * SIZE).run(Instant.now());

    assertThat(files.subList(0, 6)).noneMatch(Files::exists);
    assertThat(files.subList(6, 10)).allMatch(Files::exists);
  }

  @Test
  void nothingGoesBelowTheLimit() throws Exception {
    Path old = blob(1, Duration.ofDays(1000));

    new CacheSweep(root, SIZE).run(Instant.now());

    assertThat(old).exists();
  }

  @Test
  void aBlobThatIsInUseStaysWhateverTheLimit() throws Exception {
    Path old = blob(1, Duration.ofDays(3));
    Path used = blob(2, Duration.ofDays(3));
    blobs.used(digest(2));

    new CacheSweep(root, 0).run(Instant.now());

    assertThat(old).doesNotExist();
    assertThat(used).exists();
  }

  @Test
  void useIsNotedOnceAnHourOnly() throws Exception {
    Path file = blob(1, Duration.ofMinutes(50));
    FileTime before = Files.getLastModifiedTime(file);

    blobs.used(digest(1));

    assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
  }

  @Test
  void aBlobThatIsLinkedElsewhereKeepsItsContentThere() throws Exception {
    Path file = blob(1, Duration.ofDays(3));
    Path link = Files.createLink(root.resolve("target"), file);

    new CacheSweep(root, 0).run(Instant.now());

    assertThat(file).doesNotExist();
    assertThat(link).hasSize(SIZE);
  }

  @Test
  void aRecordGoesWithItsBlobAndTheOthersStay() throws Exception {
    Digest outline = Digest.of("outline");
    LayerRecords records = new LayerRecords(root.resolve("layers"));
    for (int i = 0; i < 2; i++) {
      blob(i, Duration.ofDays(3 - i));
      records.put(outline, digest(i), layer(i));
    }
    records.put(Digest.of("other"), digest(0), layer(0));
    age(root.resolve("layers").resolve(outline.hex()).resolve(digest(0).hex()), Duration.ofDays(3));
    age(
        root.resolve("layers").resolve(Digest.of("other").hex()).resolve(digest(0).hex()),
        Duration.ofDays(3));

    new CacheSweep(root, SIZE + SIZE / 2).run(Instant.now());

    assertThat(records.find(outline, digest(0), "")).isEmpty();
    assertThat(records.find(outline, digest(1), "")).isPresent();
    assertThat(records.holdAnyOf(Digest.of("other"))).isFalse();
  }

  @Test
  void whatAKilledProcessLeftGoesAfterADay() throws Exception {
    Path dead = incoming("dead", Duration.ofHours(25));
    Path alive = incoming("alive", Duration.ofHours(23));
    List<Path> records =
        List.of(
            root.resolve("stat/files/.new-1"),
            root.resolve("layers/a/.new-1"),
            root.resolve("bases/.new-1"));
    for (Path record : records) {
      age(Tree.write(record, "x"), Duration.ofHours(25));
    }

    new CacheSweep(root, Long.MAX_VALUE).run(Instant.now());

    assertThat(dead).doesNotExist();
    assertThat(alive).exists();
    assertThat(records).noneMatch(Files::exists);
  }

  @Test
  void statesThatNobodyRenewsGoAfterAMonthOrAYear() throws Exception {
    Path old = age(Tree.write(root.resolve("stat/plans/a"), "x"), Duration.ofDays(31));
    Path fresh = age(Tree.write(root.resolve("stat/plans/b"), "x"), Duration.ofDays(29));
    Path oldFile = age(Tree.write(root.resolve("stat/files/a"), "x"), Duration.ofDays(366));
    Path freshFile = age(Tree.write(root.resolve("stat/files/b"), "x"), Duration.ofDays(364));

    new CacheSweep(root, Long.MAX_VALUE).run(Instant.now());

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
    assertThat(oldFile).doesNotExist();
    assertThat(freshFile).exists();
  }

  @Test
  void theCacheIsLookedAtOnceAnHour() throws Exception {
    CacheSweep sweep = new CacheSweep(root, 50L * SIZE);
    Path mark = root.resolve("swept");
    sweep.runIfDue(1);
    Path abandoned = incoming("dead", Duration.ofDays(2));

    sweep.runIfDue(1);
    assertThat(abandoned).exists();

    age(mark, Duration.ofMinutes(61));
    sweep.runIfDue(1);
    assertThat(abandoned).doesNotExist();

    abandoned = incoming("dead", Duration.ofDays(2));
    sweep.runIfDue(1);
    assertThat(abandoned).exists();
  }

  @Test
  void aLargeBlobPaysForALook() throws Exception {
    CacheSweep sweep = new CacheSweep(root, 50L * SIZE);
    sweep.runIfDue(1);
    Path abandoned = incoming("dead", Duration.ofDays(2));

    sweep.runIfDue(SIZE);
    assertThat(abandoned).doesNotExist();
  }

  @Test
  void aSweepInAFutureIsNone() throws Exception {
    CacheSweep sweep = new CacheSweep(root, 50L * SIZE);
    sweep.runIfDue(1);
    age(root.resolve("swept"), Duration.ofDays(-1));
    Path abandoned = incoming("dead", Duration.ofDays(2));

    sweep.runIfDue(1);
    assertThat(abandoned).doesNotExist();
  }

  private Path incoming(String name, Duration age) throws IOException {
    return age(Tree.write(root.resolve(WholeFile.UNFINISHED + name), "x"), age);
  }

  private Path blob(int seed, Duration age) throws IOException {
    return age(blobs.write(digest(seed), bytes(seed)), age);
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Digest digest(int seed) {
    return Digest.of(bytes(seed));
  }

  private static Layer layer(int seed) {
    return new Layer("", Descriptor.of("layer", digest(seed), SIZE), digest(seed), false);
  }

  private static Path age(Path file, Duration age) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }
}
