package dev.multiarch.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Ctrl-C leaves behind. */
@Timeout(60)
class UnfinishedFilesTest {

  @TempDir Path folder;

  /** A process that is writing a blob, and will be for as long as nobody ends it. */
  static final class Writer {

    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      try (BlobDirectory.Incoming file = new BlobDirectory(Path.of(arguments[0])).incoming()) {
        file.stream().write(new byte[1000]);
        System.out.println("writing");
        // Not a read: the parent closes its pipe as it sends the signal.
        new CountDownLatch(1).await();
      }
    }
  }

  @Test
  void aProcessThatIsToldToEndLeavesNoHalfWrittenFile() throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      assertThat(out.readLine()).isEqualTo("writing");
      assertThat(new BlobDirectory(folder).unfinished()).hasSize(1);
      writer.destroy();
      writer.waitFor();
    } finally {
      writer.destroyForcibly();
    }
    assertThat(new BlobDirectory(folder).unfinished()).isEmpty();
  }
}
