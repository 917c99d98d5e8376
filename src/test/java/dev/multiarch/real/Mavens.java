package dev.multiarch.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Real Mavens, with a local repository of their own in which the plugin is installed. */
final class Mavens {

  static final Path BASEDIR = Path.of(System.getProperty("it.basedir"));

  private Mavens() {}

  /** The Maven that most people have. */
  static Command current(Path project) throws IOException {
    return version(System.getProperty("it.maven.current"), project);
  }

  static Command version(String version, Path project) throws IOException {
    Path home = Path.of(System.getProperty("it.mavens"), "apache-maven-" + version);
    // A zip holds no permissions that every unpacker keeps, so the script is read by a shell.
    return Command.of("sh", home.resolve("bin/mvn").toString(), "-B", "-ntp")
        .in(project)
        .with("MAVEN_OPTS", "-Xmx512m")
        .add("-s", settings(project, "").toString())
        .add("-Dmaven.repo.local=" + System.getProperty("it.localRepository"))
        .add("-Dmultiarch.version=" + System.getProperty("it.version"))
        .add("-Dmultiarch.cache=" + project.resolveSibling("cache"));
  }

  /** Settings by which nothing is downloaded that this machine has already. */
  static Path settings(Path project, String more) throws IOException {
    String text = Files.readString(BASEDIR.resolve("src/it/settings.xml"));
    String url = Path.of(System.getProperty("it.userRepository")).toUri().toString();
    Path file = project.resolveSibling(project.getFileName() + "-settings.xml");
    return Files.writeString(
        file, text.replace("@localRepositoryUrl@", url).replace("<settings>", "<settings>" + more));
  }

  /** A copy of a project of this checkout, without what was built in it. */
  static Path copy(String source, Path target) throws IOException {
    Path root = BASEDIR.resolve(source);
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> !root.relativize(file).startsWith("target"))
          .forEach(file -> copy(file, target.resolve(root.relativize(file).toString())));
    }
    return target;
  }

  private static void copy(Path from, Path to) {
    try {
      if (Files.isDirectory(from)) {
        Files.createDirectories(to);
      } else {
        Files.copy(from, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
