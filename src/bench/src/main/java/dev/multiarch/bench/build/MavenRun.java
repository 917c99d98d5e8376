package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a whole Maven process took.
 *
 * @param wall in seconds
 * @param cpu in seconds of all processors, in the kernel too
 */
record MavenRun(double wall, double cpu) {

  /** The shell's own clock adds up the process with those that it started. */
  private static final String TIMED = "TIMEFORMAT='%R %U %S'; time \"$@\" >\"$0\" 2>&1";

  /**
   * Runs Maven.
   *
   * @throws IOException if it fails; the message holds what it printed
   */
  static MavenRun of(List<String> command, Path project) throws IOException, InterruptedException {
    Path log = project.resolveSibling(project.getFileName() + ".log");
    List<String> words = new ArrayList<>(List.of("bash", "-c", TIMED, log.toString()));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words).directory(project.toFile());
    builder.redirectError(ProcessBuilder.Redirect.PIPE);
    builder.environment().remove("MAVEN_OPTS");
    builder.environment().keySet().removeIf(name -> name.matches("GITHUB_.*|CI_.*|GIT_.*"));
    Process process = builder.start();
    process.getOutputStream().close();
    String times = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed\n" + Files.readString(log));
    }
    String[] said = times.strip().split(" ");
    return new MavenRun(
        Double.parseDouble(said[0]), Double.parseDouble(said[1]) + Double.parseDouble(said[2]));
  }
}
