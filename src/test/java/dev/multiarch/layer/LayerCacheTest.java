package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerCacheTest {

  private static final String TEXT = "one text, ";

  /** A moment at which the files of a test have long been written. */
  private static final long LATER = FileStat.now() + Duration.ofHours(1).toNanos();

  @TempDir Path folder;
  private Path root;
  private Path a;
  private Path b;

  @BeforeEach
  void twoFiles() throws IOException {
    root = folder.resolve("cache");
    a = Tree.write(folder.resolve("in/a"), TEXT.repeat(1000));
    b = Tree.write(folder.resolve("in/b"), TEXT.repeat(10));
  }

  @Test
  void theSameFilesGiveTheSameLayerWithoutWork() throws Exception {
    Layer first = build();
    Layer second = build();

    assertThat(first.reused()).isFalse();
    assertThat(second.reused()).isTrue();
    assertThat(second.blob()).isEqualTo(first.blob());
    assertThat(second.diffId()).isEqualTo(first.diffId());
  }

  @Test
  void nothingIsWrittenWhereNothingChanged() throws Exception {
    build();
    List<String> before = state();

    build();

    assertThat(state()).isEqualTo(before);
  }

  @Test
  void filesThatDidNotChangeAreNotRead() throws Exception {
    build();
    LayerCache cache = cache(LATER);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(a);
    Files.delete(b);

    assertThat(cache.look(snapshot).layer()).isPresent();
  }

  @Test
  void ofSeveralFilesOnlyTheOneThatWasTouchedIsRead() throws Exception {
    build();
    touch(b);
    LayerCache cache = cache(LATER);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(a);

    assertThat(cache.look(snapshot).layer()).isPresent();
  }

  @Test
  void filesOfWhichThereCannotBeALayerAreNotReadBeforehand() throws Exception {
    build();
    Files.writeString(b, "of another length");
    LayerCache cache = cache(LATER);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(b);

    assertThat(cache.look(snapshot).layer()).isEmpty();
    assertThat(snapshot.sources())
        .extracting(source -> source.digest != null)
        .contains(true, false);
  }

  @Test
  void onlyFilesThatLieNearShareTheirStates() throws Exception {
    Path module = folder.resolve("a/b/c/d/e/f");
    Path one = Tree.write(module.resolve("classes/com/one/One"), TEXT);
    Path two = Tree.write(module.resolve("classes/com/two/Two"), TEXT);
    build(LATER, Tree.of(one, two));
    assertThat(files(root.resolve("stat/files"))).hasSize(1);
    Path far = Path.of(System.getProperty("java.home"), "release").toRealPath();
    build(LATER, Tree.of(far));
    assertThat(files(root.resolve("stat/files"))).hasSize(2);
  }

  @Test
  void aTouchedFileIsReadOnceAndHits() throws Exception {
    Layer first = build();
    touch(a);

    assertThat(build()).isEqualTo(reused(first));
    LayerCache cache = cache(LATER);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(a);
    assertThat(cache.look(snapshot).layer()).contains(reused(first));
  }

  /** After clean the classes are read to find the main class, before anything is known of them. */
  @Test
  void aTouchedFileThatWasReadBeforehandIsNotReadAgainAndHits() throws Exception {
    Layer first = build();
    touch(a);

    SeenFiles files = files(LATER);
    files.read(a, false);
    LayerCache cache = new LayerCache(root, files);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(a);
    assertThat(cache.look(snapshot).layer()).contains(reused(first));
  }

  @Test
  void aFileThatChangedJustNowIsNotTrusted() throws Exception {
    build(FileStat.of(a, 0).changed());
    LayerCache cache = cache(LATER);
    Snapshot snapshot = cache.snapshot(Tree.of(a, b));
    Files.delete(a);

    assertThatIOException().isThrownBy(() -> cache.look(snapshot)).withMessageContaining("in/a");
  }

  @Test
  void aFileIsRacyWithinATickOfItsChange() {
    long second = 1_700_000_000L * 1_000_000_000L;
    FileStat fine = new FileStat(FileStat.Kind.FILE, 1, 0, second + 123, 1, 0);
    FileStat coarse = new FileStat(FileStat.Kind.FILE, 1, 0, second, 1, 0);

    assertThat(fine.isRacy(second + 123)).isTrue();
    assertThat(fine.isRacy(second - 1)).isTrue();
    assertThat(fine.isRacy(second + 50_000_000)).isTrue();
    assertThat(fine.isRacy(second + 200_000_000)).isFalse();
    assertThat(coarse.isRacy(second + 2_000_000_000L)).isTrue();
    assertThat(coarse.isRacy(second + 3_100_000_000L)).isFalse();
  }

  @Test
  void otherBytesOfTheSameLengthAndTimeGiveAnotherLayer() throws Exception {
    FileTime time = Files.getLastModifiedTime(b);
    Layer first = build();
    Files.writeString(b, TEXT.toUpperCase(java.util.Locale.ROOT).repeat(10));
    Files.setLastModifiedTime(b, time);

    Layer second = build();

    assertThat(second.reused()).isFalse();
    assertThat(second.diffId()).isNotEqualTo(first.diffId());
  }

  @Test
  void contentThatComesBackIsFoundAgain() throws Exception {
    Layer first = build();
    Files.writeString(b, TEXT.toUpperCase(java.util.Locale.ROOT).repeat(10));
    build();
    Files.writeString(b, TEXT.repeat(10));

    assertThat(build()).isEqualTo(reused(first));
  }

  @Test
  void whatIsNotContentCountsToo() throws Exception {
    Entry.Content file = new Entry.File(a);
    Instant time = Entry.EPOCH_PLUS_SECOND;
    for (Entry other :
        List.of(
            new Entry("/app/a", file, 0644, time, Owner.ROOT),
            new Entry("/app/b", file, 0644, time, Owner.ROOT),
            new Entry("/app/a", file, 0600, time, Owner.ROOT),
            new Entry("/app/a", file, 0644, time.plusSeconds(1), Owner.ROOT),
            new Entry("/app/a", file, 0644, time, new Owner(1, 0)),
            new Entry("/app/a", file, 0644, time, new Owner(0, 1)),
            new Entry("/app/a", new Entry.Link("b"), 0644, time, Owner.ROOT),
            new Entry("/app/a", new Entry.Link("c"), 0644, time, Owner.ROOT))) {
      Layer layer = builder(LATER).build(LayerPlan.of("test", List.of(other), true));

      assertThat(layer.reused()).as("%s", other).isFalse();
    }
  }

  @Test
  void aLayerTakesItsNameFromThePlan() throws Exception {
    build();
    LayerPlan renamed = new LayerPlan("renamed", Tree.of(a, b).entries());

    Layer layer = builder(LATER).build(renamed);

    assertThat(layer.reused()).isTrue();
    assertThat(layer.name()).isEqualTo("renamed");
  }

  @Test
  void aCacheCopiedFromAnotherMachineHitsForFilesElsewhere() throws Exception {
    Layer first = build();
    Path copy = folder.resolve("copy");
    for (String part : List.of("layers", "blobs")) {
      copyAll(root.resolve(part), copy.resolve(part));
    }
    Path otherA = Tree.write(folder.resolve("other/a"), TEXT.repeat(1000));
    Path otherB = Tree.write(folder.resolve("other/b"), TEXT.repeat(10));

    Layer second =
        new LayerBuilder(new BlobDirectory(copy), new LayerCache(copy, new SeenFiles()), 1)
            .build(Tree.of(otherA, otherB));

    assertThat(second).isEqualTo(reused(first));
  }

  @Test
  void aMissingBlobIsMadeAgain() throws Exception {
    Layer first = build();
    Files.delete(blob(first));

    assertThat(build()).isEqualTo(first);
    assertThat(blob(first)).exists();
  }

  @Test
  void aBlobThatWasCutOffIsMadeAgain() throws Exception {
    Layer first = build();
    Files.write(blob(first), new byte[10]);

    assertThat(build()).isEqualTo(first);
    assertThat(Digest.of(Files.readAllBytes(blob(first)))).isEqualTo(first.blob().digest());
  }

  @Test
  void aBlobThatWasFoundDamagedIsMadeAgainOnceForgotten() throws Exception {
    Layer first = build();
    Files.write(blob(first), new byte[(int) first.blob().size()]);
    builder(LATER).forget(first.blob().digest());

    assertThat(build()).isEqualTo(first);
    assertThat(Digest.of(Files.readAllBytes(blob(first)))).isEqualTo(first.blob().digest());
  }

  @Test
  void damagedRecordsOfAnyKindAreMadeAgain() throws Exception {
    Layer first = build();
    for (byte[] damage : List.of(new byte[0], new byte[300], "{}".getBytes("UTF-8"))) {
      for (Path file : files(root)) {
        if (!file.startsWith(root.resolve("blobs"))) {
          Files.write(file, damage);
        }
      }
      assertThat(build().blob()).isEqualTo(first.blob());
      assertThat(build().reused()).isTrue();
    }
  }

  @Test
  void aBitThatFlippedInTheStatCacheIsNotBelieved() throws Exception {
    build();
    touch(b);
    for (Path file : files(root.resolve("stat/files"))) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 12] ^= 1;
      Files.write(file, bytes);
    }

    assertThat(build().reused()).isTrue();
  }

  @Test
  void aBuildThatMakesALayerKeepsTheCacheBelowItsLimit() throws Exception {
    Path old = blob(build());
    touch(old);
    Files.writeString(b, "new");
    LayerCache small = new LayerCache(root, new SeenFiles(() -> LATER), 1);

    Path fresh = blob(builder(small).build(Tree.of(a, b)));

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void aHitCountsAsUse() throws Exception {
    Path blob = blob(build());
    touch(blob);

    build();

    assertThat(Files.getLastModifiedTime(blob).toInstant())
        .isAfter(Instant.now().minus(BlobDirectory.USED_PRECISION));
  }

  private Layer build() throws IOException {
    return build(LATER);
  }

  private Layer build(long moment) throws IOException {
    return build(moment, Tree.of(a, b));
  }

  private Layer build(long moment, LayerPlan plan) throws IOException {
    SeenFiles files = files(moment);
    Layer layer = builder(new LayerCache(root, files)).build(plan);
    files.save();
    return layer;
  }

  private LayerBuilder builder(long moment) {
    return builder(cache(moment));
  }

  private LayerBuilder builder(LayerCache cache) {
    return new LayerBuilder(new BlobDirectory(root), cache, 2);
  }

  private LayerCache cache(long moment) {
    return new LayerCache(root, files(moment));
  }

  private SeenFiles files(long moment) {
    return new SeenFiles(Optional.of(root), moment, () -> moment);
  }

  private Path blob(Layer layer) {
    return new BlobDirectory(root).path(layer.blob().digest());
  }

  private static Layer reused(Layer layer) {
    return new Layer(layer.name(), layer.blob(), layer.diffId(), true);
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_600_000_000)));
  }

  private List<String> state() throws IOException {
    return files(root).stream().map(LayerCacheTest::describe).sorted().toList();
  }

  private static String describe(Path file) {
    try {
      return file + " " + FileStat.of(file, 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static void copyAll(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Tree.write(to.resolve(from.relativize(file).toString()), Files.readAllBytes(file));
    }
  }
}
