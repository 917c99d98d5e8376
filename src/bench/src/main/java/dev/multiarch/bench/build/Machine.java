package dev.multiarch.bench.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the figures were taken on. */
final class Machine {

  private Machine() {}

  /** Processors, JDK, Maven and kernel, in one line. */
  static String describe(String maven) throws IOException, InterruptedException {
    return "%d cores (%s), JDK %s (%s), %s, Linux %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            processor(),
            System.getProperty("java.version"),
            System.getProperty("java.vendor"),
            version(maven),
            System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1"));
  }

  private static String processor() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.replaceAll(".*:\\s*", ""))
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  private static String version(String maven) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(maven, "--version").start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.lines()
        .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", ""))
        .filter(line -> line.startsWith("Apache Maven"))
        .map(line -> line.replaceAll(" \\(.*", ""))
        .collect(Collectors.joining());
  }
}
