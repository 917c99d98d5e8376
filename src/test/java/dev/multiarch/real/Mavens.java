package dev.multiarch.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
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

  /** The end of a deployment's output, by which its tag was written and read back. */
  static Pattern tagged(String reference) {
    return Pattern.compile("sha256:[0-9a-f]{64} +" + Pattern.quote(reference) + "\\s");
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

  /** A project whose image is a single file, from scratch. */
  static Path filesOnly(Path project) throws IOException {
    Files.createDirectories(project);
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>it</groupId>
          <artifactId>%s</artifactId>
          <version>1.0</version>
          <packaging>pom</packaging>
          <build>
            <plugins>
              <plugin>
                <groupId>dev.multiarch</groupId>
                <artifactId>multiarch-maven-plugin</artifactId>
                <version>${multiarch.version}</version>
                <configuration>
                  <files>
                    <file>
                      <from>pom.xml</from>
                      <to>/pom.xml</to>
                    </file>
                  </files>
                </configuration>
                <executions>
                  <execution>
                    <goals>
                      <goal>build</goal>
                      <goal>push</goal>
                      <goal>assemble</goal>
                    </goals>
                  </execution>
                </executions>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(project.getFileName()));
    return project;
  }
}
