package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A machine as a CI system hands it to one job: a fresh checkout, a home without a local repository
 * or a cache, and nothing in common with other machines but the sources and what is on servers.
 *
 * @param home of the user who runs the job
 * @param checkout a clone of the sources
 */
record CiMachine(Path home, Path checkout) {

  /**
   * @param folder of the machine, which is made
   * @param sources a repository of git
   */
  static CiMachine start(Path folder, Path sources) throws Exception {
    return start(folder, sources, "it.maven.current");
  }

  /**
   * @param version the property that names Maven's version
   */
  static CiMachine start(Path folder, Path sources, String version) throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    Path checkout = folder.resolve("checkout");
    Command.of("git", "clone", "-q", sources.toString(), checkout.toString()).run().succeeds();
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path maven = Path.of(System.getProperty("it.mavens"));
    Path script =
        Files.writeString(
            bin.resolve("mvn"),
            "#!/bin/sh\nexec sh '%s/apache-maven-%s/bin/mvn' -s '%s' \"$@\"\n"
                .formatted(
                    maven, System.getProperty(version), settings(folder.resolve("settings.xml"))));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return new CiMachine(home, checkout);
  }

  /** Maven takes what was installed for the tests, and what the real machine has downloaded. */
  private static Path settings(Path file) throws IOException {
    StringBuilder repositories = new StringBuilder();
    for (String kind : List.of("repository", "pluginRepository")) {
      String group = kind.replaceAll("y$", "ies");
      repositories.append("<%s>".formatted(group));
      // In this order, for an older build of the plugin may be installed on the machine, too.
      for (String place : List.of("it.localRepository", "it.userRepository")) {
        repositories.append(
            "<%s><id>%s</id><url>%s</url><releases>%s</releases><snapshots>%4$s</snapshots></%1$s>"
                .formatted(
                    kind,
                    place,
                    Path.of(System.getProperty(place)).toUri(),
                    "<checksumPolicy>ignore</checksumPolicy>"));
      }
      repositories.append("</%s>".formatted(group));
    }
    return Files.writeString(
        file,
        ("<settings><profiles><profile><id>it</id>%s</profile></profiles>"
                + "<activeProfiles><activeProfile>it</activeProfile></activeProfiles></settings>")
            .formatted(repositories));
  }

  /** Runs a command of the job in the checkout, in the shell that CI systems take. */
  Command.Result run(String command, Map<String, String> variables) throws Exception {
    Command shell =
        Command.of("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command)
            .in(checkout)
            .with("PATH", home.resolveSibling("bin") + ":" + System.getenv("PATH"))
            .with("HOME", home.toString())
            // Nobody's own login or cache may decide what a test sees.
            .with("DOCKER_CONFIG", home.resolve(".docker").toString())
            .with("XDG_RUNTIME_DIR", home.resolve("run").toString())
            .with("XDG_CACHE_HOME", "")
            .with("CI", "true");
    variables.forEach(shell::with);
    // Java asks the system for the home, not the variable.
    String options = variables.getOrDefault("MAVEN_OPTS", "") + " -Duser.home=" + home;
    return shell.with("MAVEN_OPTS", options + " -Xmx512m").run();
  }

  /** A clone's commit. */
  static String commit(Path sources) throws Exception {
    return Command.of("git", "-C", sources.toString(), "rev-parse", "HEAD")
        .run()
        .succeeds()
        .output()
        .strip();
  }

  /** Makes a folder a repository of git, or adds what is new in it. */
  static void commitAll(Path sources) throws Exception {
    String script =
        "git init -q && git add -A && git -c user.name=test -c user.email=test@localhost"
            + " commit -q -m test";
    Command.of("sh", "-c", script).in(sources).run().succeeds();
  }
}
