package dev.multiarch.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.layer.SeenFiles.Known;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one build knows of files that another has read. */
class StatCacheTest {

  private static final FileStat STAT = new FileStat(FileStat.Kind.FILE, 1, 2, 3, 4, 5);
  private static final Known KNOWN = new Known(STAT, Digest.of("content"));

  @TempDir Path folder;

  private final Path a = Path.of("/home/me/work/orders/target/classes/a").toAbsolutePath();
  private final Path b = a.resolveSibling("b");
  private final Path c = a.resolveSibling("c");

  private StatCache cache() {
    return new StatCache(folder);
  }

  @Test
  void whatAnotherBuildLearntMeanwhileIsKept() throws IOException {
    StatCache first = cache();
    assertThat(first.find(a, STAT)).isNull();
    cache().save(Map.of(b, new Known(STAT, Digest.of("b"))));
    first.save(Map.of(a, KNOWN));
    assertThat(cache().find(a, STAT)).isEqualTo(KNOWN.digest());
    assertThat(cache().find(b, STAT)).isEqualTo(Digest.of("b"));
    assertThat(cache().find(a.getRoot().resolve("a"), STAT)).isNull();
  }

  @Test
  void aFileInAnyOtherStateIsUnknown() throws IOException {
    cache().save(Map.of(a, KNOWN));
    for (FileStat other :
        List.of(
            new FileStat(STAT.kind(), 9, 2, 3, 4, 5),
            new FileStat(STAT.kind(), 1, 9, 3, 4, 5),
            new FileStat(STAT.kind(), 1, 2, 9, 4, 5),
            new FileStat(STAT.kind(), 1, 2, 3, 9, 5))) {
      assertThat(cache().find(a, other)).as("%s", other).isNull();
    }
    FileStat seenLater = new FileStat(STAT.kind(), 1, 2, 3, 4, 9);
    assertThat(cache().find(a, seenLater)).isEqualTo(KNOWN.digest());
  }

  @Test
  void aLaterStateTakesThePlaceOfAnEarlier() throws IOException {
    FileStat later = new FileStat(STAT.kind(), 9, 9, 9, 9, 9);
    cache().save(Map.of(a, KNOWN));
    cache().save(Map.of(a, new Known(later, Digest.of("later"))));
    assertThat(cache().find(a, STAT)).isNull();
    assertThat(cache().find(a, later)).isEqualTo(Digest.of("later"));
  }

  @Test
  void whatIsKnownIsNotWrittenAgain() throws IOException {
    cache().save(Map.of(a, KNOWN, b, KNOWN));
    Object before = file();
    cache().save(Map.of(b, KNOWN));
    assertThat(file()).isEqualTo(before);
  }

  /** By its key, as it is another file when it is written again. */
  private Object file() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path only = files.toList().get(0);
      return Files.readAttributes(only, BasicFileAttributes.class).fileKey();
    }
  }

  @Test
  void ofTooManyOnlyTheLatestBuildsAreKept() throws IOException {
    StatCache small = new StatCache(folder, 2);
    small.save(Map.of(a, KNOWN, b, KNOWN));
    small.save(Map.of(b, new Known(STAT, Digest.of("b"))));
    assertThat(cache().find(a, STAT)).isEqualTo(KNOWN.digest());
    small.save(Map.of(c, KNOWN));
    assertThat(cache().find(a, STAT)).isNull();
    assertThat(cache().find(c, STAT)).isEqualTo(KNOWN.digest());
  }
}
