package dev.multiarch.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.BlobDirectory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerBytesTest {

  private static final int SEEDS = 25;

  @TempDir Path folder;

  @Test
  void aReaderFindsWhatThePlanSays() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      LayerPlan plan = Tree.random(seed, folder.resolve("in" + seed), 1 + seed * 3, 100_000);

      Layer layer = build(plan, 2);

      byte[] tar = untouched(layer);
      assertThat(Digest.of(tar)).isEqualTo(layer.diffId());
      assertThat(layer.blob().digest()).isEqualTo(Digest.of(bytes(layer)));
      assertThat(layer.blob().size()).isEqualTo(bytes(layer).length);
      assertHolds(tar, plan);
    }
  }

  private static void assertHolds(byte[] bytes, LayerPlan plan) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(bytes), "UTF-8")) {
      for (Entry expected : plan.entries()) {
        TarArchiveEntry found = tar.getNextEntry();
        String slash = expected.content() instanceof Entry.Directory ? "/" : "";
        assertThat("/" + found.getName()).isEqualTo(expected.path() + slash);
        assertThat(found.getMode() & 0777).isEqualTo(expected.mode());
        assertThat(found.getLongUserId()).isEqualTo(expected.owner().user());
        assertThat(found.getLongGroupId()).isEqualTo(expected.owner().group());
        assertThat(found.getUserName() + found.getGroupName()).isEmpty();
        assertThat(found.getLastModifiedTime().toInstant()).isEqualTo(expected.modified());
        assertThat(found.isDirectory()).isEqualTo(expected.content() instanceof Entry.Directory);
        if (expected.content() instanceof Entry.File file) {
          assertThat(tar.readAllBytes()).isEqualTo(Files.readAllBytes(file.source()));
        } else if (expected.content() instanceof Entry.Link link) {
          assertThat(found.isSymbolicLink()).isTrue();
          assertThat(found.getLinkName()).isEqualTo(link.target());
        }
      }
      assertThat(tar.getNextEntry()).isNull();
    }
  }

  @Test
  void theToolsOfTheSystemReadIt() throws Exception {
    assumeThat(run("gzip", "--version")).isZero();
    assumeThat(run("tar", "--version")).isZero();
    for (int seed = 0; seed < 3; seed++) {
      LayerPlan plan = Tree.random(seed, folder.resolve("in" + seed), 40, 200_000);
      Path blob = file(build(plan, 2));
      Path gz = Files.copy(blob, folder.resolve(seed + ".tar.gz"));

      assertThat(run("gzip", "-t", gz.toString())).isZero();
      assertThat(run("tar", "-tzf", gz.toString())).isZero();
    }
  }

  private int run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void theBytesDoNotDependOnTheNumberOfThreads() throws Exception {
    LayerPlan plan = Tree.random(1, folder.resolve("in"), 60, 900_000);

    Layer one = build(plan, 1);

    assertThat(one.blob().size()).isGreaterThan(5 * GzipPipeline.BLOCK);
    assertThat(build(plan, 2).blob()).isEqualTo(one.blob());
    assertThat(build(plan, 16).blob()).isEqualTo(one.blob());
  }

  @Test
  void theBytesDoNotDependOnTheOrderThePlaceTheTimesOrTheRightsOfTheFiles() throws Exception {
    LayerPlan plan = Tree.random(7, folder.resolve("in"), 30, 50_000);
    List<Entry> moved = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      if (entry.content() instanceof Entry.File file) {
        Path copy = folder.resolve("elsewhere/" + moved.size());
        Files.createDirectories(copy.getParent());
        Files.copy(file.source(), copy);
        Files.setLastModifiedTime(copy, FileTime.from(Instant.ofEpochSecond(moved.size())));
        copy.toFile().setExecutable(true);
        entry =
            new Entry(
                entry.path(), new Entry.File(copy), entry.mode(), entry.modified(), entry.owner());
      }
      moved.add(entry);
    }
    Collections.shuffle(moved, new Random(3));

    Layer layer = build(LayerPlan.of(plan.name(), moved, true), 2);

    assertThat(layer.blob()).isEqualTo(build(plan, 2).blob());
  }

  @Test
  void theBytesDoNotDependOnTheUser() throws Exception {
    LayerPlan plan = Tree.random(11, folder.resolve("in"), 30, 1_000);
    Layer before = build(plan, 1);
    String user = System.getProperty("user.name");
    System.setProperty("user.name", "somebody");
    try {
      assertThat(build(plan, 1).blob()).isEqualTo(before.blob());
    } finally {
      System.setProperty("user.name", user);
    }
  }

  /** A failure here means that every layer of every user gets another digest. */
  @Test
  void theDigestOfAKnownPlanIsTheSameForever() throws Exception {
    Layer layer = build(Tree.random(99, folder.resolve("in"), 50, 300_000), 2);

    assertThat(layer.diffId().hex())
        .isEqualTo("88cc3ba7c050ad512044ad61a42f4dd855818bab80e3cd62eaa84b2e70518ca6");
    assertThat(layer.blob().digest().hex())
        .isEqualTo("6e946e87f7b7ea8efb6d3e3493a2fb16dba87904ec854d394747aedd4439358e");
  }

  @Test
  void plainEntriesHaveNoExtendedHeaders() throws Exception {
    Layer layer = build(Tree.of(Tree.write(folder.resolve("in/a"), "text")), 1);

    // The folder, the file's header, its content, and the two records at the end.
    assertThat(untouched(layer)).hasSize(5 * 512);
  }

  @Test
  void theGzipHeaderSaysNothingOfTheMachine() throws Exception {
    Layer layer = build(Tree.of(Tree.write(folder.resolve("in/a"), "text")), 1);

    assertThat(bytes(layer)).startsWith(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
  }

  @Test
  void contentThatIsCompressedAlreadyHardlyGrows() throws Exception {
    byte[] noise = new byte[3_000_000];
    new Random(1).nextBytes(noise);

    // Five bytes for each 64 KiB (RFC 1951, 3.2.4), and the archive's own.
    assertThat(build(archive(noise), 2).blob().size())
        .isBetween((long) noise.length, noise.length + 2000L);
  }

  @Test
  void anArchiveOfPlainFilesIsCompressed() throws Exception {
    byte[] text = "an archive may be stored without compression ".repeat(10_000).getBytes(UTF_8);

    assertThat(build(archive(text), 2).blob().size()).isLessThan(text.length / 20);
  }

  @Test
  void filesThatWereReadBeforehandGiveTheSameLayerWithoutAnotherLook() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      LayerPlan plan = Tree.random(seed, folder.resolve("in" + seed), 1 + seed, 200_000);
      assertIsTheSameReadBeforehand(plan, seed % 2 == 0);
    }
  }

  /** An archive at whose end is text, since its beginning counts; and a file without any bytes. */
  @Test
  void filesThatWereReadBeforehandAreCompressedAlike() throws Exception {
    byte[] content = new byte[1 << 20];
    byte[] noise = new byte[TarWriter.BUFFER];
    new Random(1).nextBytes(noise);
    System.arraycopy(noise, 0, content, 0, noise.length);
    archive(content);
    Path archive = folder.resolve("in/a.jar");
    Path empty = Tree.write(folder.resolve("in/empty"), "");
    assertIsTheSameReadBeforehand(Tree.of(archive, empty), true);
  }

  private void assertIsTheSameReadBeforehand(LayerPlan plan, boolean hashed) throws IOException {
    Layer layer = build(plan, 2);
    SeenFiles seen = new SeenFiles(() -> FileStat.now() + TimeUnit.HOURS.toNanos(1));
    for (Entry entry : plan.entries()) {
      if (entry.content() instanceof Entry.File file) {
        seen.read(file.source(), hashed);
        Files.delete(file.source());
      }
    }
    assertThat(build(plan, 2, seen)).isEqualTo(layer);
  }

  private LayerPlan archive(byte[] content) throws IOException {
    content[0] = 'P';
    content[1] = 'K';
    content[2] = 3;
    content[3] = 4;
    return Tree.of(Tree.write(folder.resolve("in/a.jar"), content));
  }

  /** Builds in a new cache. */
  private Layer build(LayerPlan plan, int threads) throws IOException {
    return build(plan, threads, new SeenFiles());
  }

  private Layer build(LayerPlan plan, int threads, SeenFiles seen) throws IOException {
    Path cache = Files.createTempDirectory(folder, "cache");
    Layer layer =
        new LayerBuilder(new BlobDirectory(folder), new LayerCache(cache, seen), threads)
            .build(plan);
    assertThat(layer.reused()).isFalse();
    return layer;
  }

  private Path file(Layer layer) {
    return new BlobDirectory(folder).find(layer.blob()).orElseThrow();
  }

  private byte[] bytes(Layer layer) throws IOException {
    return Files.readAllBytes(file(layer));
  }

  private byte[] untouched(Layer layer) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file(layer)))) {
      return in.readAllBytes();
    }
  }
}
