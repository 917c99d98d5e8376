package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;

/** Heads of entries, compared with those that the library writes. */
class TarHeadTest {

  private static final Entry.File FILE = new Entry.File(Path.of("any"));
  private static final List<String> NAMES =
      List.of(
          "a",
          "classes",
          "ünï",
          "日本",
          "x".repeat(97),
          "y".repeat(98),
          "z".repeat(300),
          "a\\b",
          "😀".repeat(20));
  private static final long[] SIZES = {0, 1, 511, 512, 077777777777L, 1L << 33, (1L << 40) + 5};
  private static final int[] IDS = {0, 1000, 07777777, 010000000, Integer.MAX_VALUE};
  private static final long[] TIMES = {-5, 0, 1, 1_700_000_000, 077777777777L, 1L << 34};

  @Test
  void headsAreThoseOfTheLibrary() throws Exception {
    Random random = new Random(5);
    for (int i = 0; i < 5_000; i++) {
      Entry entry = entry(random);
      long size = entry.content() instanceof Entry.File ? SIZES[random.nextInt(SIZES.length)] : 0;

      assertThat(text(ours(entry, size)))
          .as(entry + ", " + size + " bytes")
          .isEqualTo(text(library(entry, size)));
    }
  }

  @Test
  void whatDoesNotFitIsReadBack() throws Exception {
    String name = "/" + "long/".repeat(60) + "日本";
    String target = "../" + "far/".repeat(40) + "ünï";
    Owner owner = new Owner(Integer.MAX_VALUE, 2_500_000);
    Entry entry =
        new Entry(name, new Entry.Link(target), 0777, Instant.ofEpochSecond(1L << 34), owner);

    TarArchiveEntry read = read(ours(entry, 0));

    assertThat(read.getName()).isEqualTo(name.substring(1));
    assertThat(read.getLinkName()).isEqualTo(target);
    assertThat(read.getLongUserId()).isEqualTo(owner.user());
    assertThat(read.getLongGroupId()).isEqualTo(owner.group());
    assertThat(read.getLastModifiedTime().toInstant()).isEqualTo(entry.modified());
  }

  @Test
  void aFileOfMoreThanEightGibibytesHasItsSizeInAnExtendedHeader() throws Exception {
    long size = (8L << 30) + 1;
    Entry entry = new Entry("/large", FILE, 0644, Entry.EPOCH_PLUS_SECOND, Owner.ROOT);

    assertThat(read(ours(entry, size)).getSize()).isEqualTo(size);
  }

  @Test
  void whatNoArchiveCanHoldIsRefused() {
    Instant half = Instant.ofEpochMilli(500);
    assertThatIllegalArgumentException().isThrownBy(() -> new Owner(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Owner(0, -1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry("/a", FILE, 010000, Instant.EPOCH, Owner.ROOT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Entry("/a", FILE, 0644, half, Owner.ROOT));
  }

  private static Entry entry(Random random) {
    String path = "/" + name(random) + "/" + name(random);
    Entry.Content content =
        switch (random.nextInt(3)) {
          case 0 -> new Entry.Directory();
          case 1 -> new Entry.Link(name(random) + "/" + name(random));
          default -> FILE;
        };
    Instant modified = Instant.ofEpochSecond(TIMES[random.nextInt(TIMES.length)]);
    Owner owner = new Owner(IDS[random.nextInt(IDS.length)], IDS[random.nextInt(IDS.length)]);
    return new Entry(path, content, random.nextInt(010000), modified, owner);
  }

  private static String name(Random random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private static byte[] ours(Entry entry, long size) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new TarHead(bytes).write(entry, size);
    return bytes.toByteArray();
  }

  private static TarArchiveEntry read(byte[] head) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(head), "UTF-8")) {
      return tar.getNextEntry();
    }
  }

  private static byte[] library(Entry entry, long size) throws IOException {
    String name = entry.path().substring(1);
    TarArchiveEntry header = new TarArchiveEntry(name);
    if (entry.content() instanceof Entry.Link link) {
      header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
      header.setLinkName(link.target());
    } else if (entry.content() instanceof Entry.Directory) {
      header = new TarArchiveEntry(name + "/");
    } else {
      header.setSize(size);
    }
    header.setMode(entry.mode());
    header.setModTime(Date.from(entry.modified()));
    header.setIds(entry.owner().user(), entry.owner().group());
    header.setNames("", "");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, TarHead.RECORD, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    tar.putArchiveEntry(header);
    return bytes.toByteArray();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
