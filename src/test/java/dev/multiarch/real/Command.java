package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs and looks at what they print. */
final class Command {

  private static final int TIMEOUT_MINUTES = 10;

  private final List<String> words;
  private final Map<String, String> environment = new HashMap<>();
  private Path directory = Path.of("").toAbsolutePath();

  private Command(List<String> words) {
    this.words = words;
  }

  static Command of(String... words) {
    return new Command(new ArrayList<>(List.of(words)));
  }

  Command add(String... more) {
    words.addAll(List.of(more));
    return this;
  }

  Command in(Path folder) {
    this.directory = folder;
    return this;
  }

  Command with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** What a program printed, errors included, and how it ended. */
  record Result(int status, String output) {

    Result succeeds() {
      assertThat(status).as(output).isZero();
      return this;
    }

    Result says(String text) {
      assertThat(output).contains(text);
      return this;
    }

    Result fails() {
      assertThat(status).as(output).isNotZero();
      return this;
    }
  }

  Result run() throws IOException, InterruptedException {
    Path output = Files.createTempFile("command", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.directory(directory.toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(output.toFile());
      // What CI systems say of themselves must not decide what a test sees.
      builder.environment().keySet().removeIf(name -> name.matches("GITHUB_.*|CI_.*|GIT_.*"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("took too long: " + words + "\n" + Files.readString(output));
      }
      return new Result(
          process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
