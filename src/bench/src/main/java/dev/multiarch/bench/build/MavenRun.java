package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a whole Maven process took.
 *
 * @param wall in seconds
 * @param rest of it, in seconds: from where the module's jar is made to the end of the session.
 *     In it is neither the JVM's start nor javac, whose times differ by more than a plugin may take
 * @param cpu in seconds of all processors, in the kernel too
 */
record MavenRun(double wall, double rest, double cpu) {

  /** The shell's own clock adds up the process with those that it started. */
  private static final String TIMED = "TIMEFORMAT='%R %U %S'; time \"$@\" >\"$0\" 2>&1";

  /** Has Maven say when it prints a line. */
  private static final List<String> WITH_TIMES =
      List.of(
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");

  /** The first line of a goal, since Maven 3.9 with a short name of its plugin. */
  private static final Pattern GOAL = Pattern.compile("(\\S+) \\[INFO] --- (\\S+) .*");

  private static final Pattern JAR = Pattern.compile("(maven-)?jar(-plugin)?:[^:]+:jar");

  private static final Pattern SUCCESS = Pattern.compile("(\\S+) \\[INFO] BUILD SUCCESS");

  /**
   * Runs Maven.
   *
   * @throws IOException if it fails; the message holds what it printed
   */
  static MavenRun of(List<String> command, Path project) throws IOException, InterruptedException {
    Path log = project.resolveSibling(project.getFileName() + ".log");
    List<String> words = new ArrayList<>(List.of("bash", "-c", TIMED, log.toString()));
    words.addAll(command);
    words.addAll(WITH_TIMES);
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
        Double.parseDouble(said[0]),
        rest(Files.readAllLines(log)),
        Double.parseDouble(said[1]) + Double.parseDouble(said[2]));
  }

  /** From the first line of the goal behind maven-jar-plugin's to the last word of all. */
  private static double rest(List<String> log) throws IOException {
    boolean isPacked = false;
    LocalTime begin = null;
    for (String line : log) {
      Matcher goal = GOAL.matcher(line);
      Matcher success = SUCCESS.matcher(line);
      if (goal.matches()) {
        if (isPacked && begin == null) {
          begin = LocalTime.parse(goal.group(1));
        }
        isPacked |= JAR.matcher(goal.group(2)).matches();
      } else if (success.matches() && begin != null) {
        Duration rest = Duration.between(begin, LocalTime.parse(success.group(1)));
        // Midnight may lie in between.
        return (rest.isNegative() ? rest.plusDays(1) : rest).toMillis() / 1000.0;
      }
    }
    throw new IOException("Maven does not say when it made a jar, or when it was done");
  }
}
