package dev.multiarch.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.MediaType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes write into one layout. */
@Timeout(60)
class LayoutLockTest {

  private static final int ENTRIES = 100;

  @TempDir Path folder;
  private Process other;
  private BufferedReader fromOther;

  /** The other process: each line that it reads it answers when it has done what it says. */
  static final class Other {

    private Other() {}

    public static void main(String[] arguments) throws IOException {
      LayoutStore layout = new LayoutStore(Path.of(arguments[0]));
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      System.out.println("ready");
      String line = in.readLine();
      while (line != null) {
        if (line.equals("add")) {
          addEntries(layout, "other");
        } else {
          layout.rewriteIndex(inside(in));
        }
        System.out.println("done");
        line = in.readLine();
      }
    }

    /** Stays where the index is rewritten, until it is told to go on. */
    private static UnaryOperator<List<Descriptor>> inside(BufferedReader in) {
      return entries -> {
        System.out.println("inside");
        try {
          in.readLine();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        return entries;
      };
    }
  }

  private static void addEntries(LayoutStore layout, String prefix) throws IOException {
    for (int i = 0; i < ENTRIES; i++) {
      String tag = prefix + i;
      layout.rewriteIndex(
          entries -> {
            List<Descriptor> more = new ArrayList<>(entries);
            more.add(
                Descriptor.of(MediaType.OCI_INDEX, Digest.of(tag), 1)
                    .withAnnotation(LayoutStore.REF_NAME, tag));
            return more;
          });
    }
  }

  @BeforeEach
  void startOther() throws IOException {
    other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    fromOther = new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8));
    assertOtherSays("ready");
  }

  @AfterEach
  void endOther() {
    other.destroyForcibly();
  }

  private void tellOther(String line) throws IOException {
    other.getOutputStream().write((line + "\n").getBytes(UTF_8));
    other.getOutputStream().flush();
  }

  private void assertOtherSays(String line) throws IOException {
    assertThat(fromOther.readLine()).isEqualTo(line);
  }

  @Test
  void whoeverRewritesTheIndexHoldsTheLockAndDropsItWhenItDies() throws Exception {
    tellOther("stay inside");
    assertOtherSays("inside");
    assertThat(isLocked()).isTrue();
    other.destroyForcibly().waitFor();
    assertThat(isLocked()).isFalse();
  }

  private boolean isLocked() throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      return lock == null;
    }
  }

  @Test
  void noEntryOfEitherIsLost() throws IOException {
    tellOther("add");
    addEntries(new LayoutStore(folder), "own");
    assertOtherSays("done");
    assertThat(new LayoutStore(folder).entries())
        .extracting(entry -> entry.annotations().get(LayoutStore.REF_NAME))
        .doesNotHaveDuplicates()
        .hasSize(2 * ENTRIES);
  }

  /** The operating system's lock is one for both, and no thread may ask for it twice. */
  @Test
  void twoNamesOfAFolderAreOneLayout() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    try (Parallel parallel = new Parallel(2)) {
      parallel.forEach(
          List.of(folder, link), name -> addEntries(new LayoutStore(name), name.toString()));
    }
    assertThat(new LayoutStore(folder).entries()).hasSize(2 * ENTRIES);
  }
}
