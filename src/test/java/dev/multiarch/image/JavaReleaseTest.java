package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonPrimitive;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaReleaseTest {

  @TempDir Path folder;

  private Path classes;
  private Memo memo;

  @BeforeEach
  void makeFolder() throws IOException {
    // A checkout may lie in a folder of any name.
    classes = Files.createDirectories(folder.resolve("META-INF/classes"));
    Path program = Files.write(folder.resolve("plugin.jar"), new byte[1]);
    memo = new Memo(folder.resolve("memo"), List.of(program));
  }

  @Test
  void itIsThatOfTheNewestClassThatIsNoOtherEdition() throws IOException {
    write("a/Old.class", 52);
    write("b/New.class", 61);
    write("META-INF/versions/25/a/Old.class", 69);
    Files.write(classes.resolve("a/Empty.class"), new byte[0]);
    assertThat(JavaRelease.of(classes, memo, new SeenFiles())).isEqualTo(17);
  }

  @Test
  void withoutAnyClassThereIsNone() throws IOException {
    assertThat(JavaRelease.of(classes, memo, new SeenFiles())).isZero();
  }

  @Test
  void whatIsKnownOfClassesIsNotReadAgain() throws IOException {
    Path file = write("a/A.class", 61);
    SeenFiles seen = seenLater();
    assertThat(JavaRelease.of(classes, memo, seen)).isEqualTo(17);
    FileTree tree = seen.tree(classes);
    Digest state = tree.state(List.of(file)).orElseThrow();
    assertThat(memo.find("javaRelease", state)).isEqualTo(Optional.of(new JsonPrimitive(17)));
    memo.put("javaRelease", state, new JsonPrimitive(21));
    assertThat(JavaRelease.of(classes, memo, seenLater())).isEqualTo(21);

    write("b/B.class", 69);
    assertThat(JavaRelease.of(classes, memo, seenLater())).isEqualTo(25);
  }

  /** Looks at files when what was just written to them is not new any more. */
  private static SeenFiles seenLater() {
    Instant later = Instant.now().plus(Duration.ofMinutes(1));
    return new SeenFiles(() -> later.getEpochSecond() * 1_000_000_000L);
  }

  private Path write(String name, int major) throws IOException {
    Path file = classes.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, (byte) major});
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    return file;
  }
}
