package dev.multiarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path folder;

  @Test
  void aFileIsWrittenWithItsFolderAndReplaced() throws IOException {
    Path file = folder.resolve("a/b/file");
    WholeFile.write(file, bytes("long before"));
    WholeFile.write(file, bytes("now"));
    assertThat(file).hasContent("now");
    assertThat(Files.list(file.getParent())).containsExactly(file);
  }

  @Test
  void whatCannotBePutInItsPlaceLeavesNothingBeside() throws IOException {
    Path inTheWay = Files.createDirectories(folder.resolve("file/full"));
    assertThatThrownBy(() -> WholeFile.write(inTheWay.getParent(), bytes("x")))
        .isInstanceOf(IOException.class);
    assertThat(Files.list(folder)).containsExactly(inTheWay.getParent());
  }

  @Test
  void writersNeedNotExpectThatTheFolderStays() throws IOException {
    Path file = folder.resolve("a/file");
    List<Integer> all = IntStream.range(0, 400).boxed().toList();
    try (Parallel parallel = new Parallel(4)) {
      parallel.forEach(
          all,
          i -> {
            if (i % 2 == 0) {
              WholeFile.write(file, bytes("whole"));
            } else {
              sweep(file);
            }
          });
    }
    WholeFile.write(file, bytes("whole"));
    assertThat(file).hasContent("whole");
    assertThat(Files.list(file.getParent())).containsExactly(file);
  }

  private static void sweep(Path file) {
    try {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    } catch (IOException e) {
      // A writer has come before.
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
