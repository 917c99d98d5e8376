package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are deployed to a real registry, pulled by a real engine, and run, also emulated. */
class RunsOnBothPlatformsIT {

  private static final List<String> ARCHITECTURES = List.of("amd64", "arm64");

  private static Environment environment;

  @TempDir Path folder;

  @BeforeAll
  static void find() throws Exception {
    environment = Environment.get();
  }

  @Test
  void theQuickStartLintsOnBoth() throws Exception {
    Path project = Mavens.copy("examples/quickstart", folder.resolve("quickstart"));
    deploy(project, "run");
    for (String architecture : ARCHITECTURES) {
      docker("run", "--rm", architecture, "run/quickstart:1.0").run().succeeds();
      assertThat(
              docker("run", "--rm", architecture, "run/quickstart:1.0")
                  .add("--version")
                  .run()
                  .succeeds()
                  .output())
          .contains("1.61.0");
    }
  }

  @Test
  void aJavaServiceRunsOnBoth() throws Exception {
    Path project = Mavens.copy("examples/java-app", folder.resolve("java-app"));
    deploy(project, "run");
    for (String architecture : ARCHITECTURES) {
      String output =
          docker("run", "--rm", architecture, "run/java-app:1.0")
              .add("once")
              .run()
              .succeeds()
              .output();
      assertThat(output)
          .contains("\"greeting\":\"hello\"")
          .contains(architecture.equals("amd64") ? "amd64" : "aarch64");
    }
  }

  @Test
  void aServiceOnTheImageOfAnotherModuleRunsOnBoth() throws Exception {
    Path project = Mavens.copy("examples/matrix", folder.resolve("matrix"));
    Mavens.current(project)
        .add("deploy", "-Dmaven.deploy.skip=true", "-Dmultiarch.from=" + environment.jre())
        .add("-Dmultiarch.registry=" + environment.registry() + "/run/matrix")
        .run()
        .succeeds();
    for (String architecture : ARCHITECTURES) {
      // The base brings the options of the JVM, and with them its version.
      assertThat(docker("run", "--rm", architecture, "run/matrix/orders:1.0").run().output())
          .contains("orders on " + (architecture.equals("amd64") ? "amd64" : "aarch64"))
          .contains("base 1.0");
    }
  }

  @Test
  void aSpringBootApplicationAnswersOnBoth() throws Exception {
    Path project = Mavens.copy("src/test/projects/spring-app", folder.resolve("spring-app"));
    deploy(project, "run");
    for (String architecture : ARCHITECTURES) {
      String name = "spring-" + architecture;
      docker("run", "-d", architecture, "run/spring-app:1.4.2", "--name", name).run().succeeds();
      try {
        // The container's own busybox asks until the server is up, and gives up after two minutes.
        String answer =
            Command.of("docker", "exec", name, "/bin/busybox", "sh", "-c")
                .add(
                    "i=0; until busybox wget -qO- http://127.0.0.1:8080/; do"
                        + " i=$((i+1)); [ $i -lt 120 ] || exit 1; busybox sleep 1; done")
                .with("DOCKER_HOST", environment.dockerHost())
                .run()
                .succeeds()
                .output();
        assertThat(answer)
            .contains("hello from " + (architecture.equals("amd64") ? "amd64" : "aarch64"));
      } finally {
        Command.of("docker", "rm", "-f", name).with("DOCKER_HOST", environment.dockerHost()).run();
      }
    }
  }

  private static void deploy(Path project, String path) throws Exception {
    Mavens.current(project)
        .add("deploy")
        .add("-Dmultiarch.registry=" + environment.registry() + "/" + path)
        .add(project.endsWith("quickstart") ? "-Dx" : "-Dmultiarch.from=" + environment.jre())
        .run()
        .succeeds();
  }

  private static Command docker(
      String command, String how, String architecture, String image, String... options) {
    return Command.of("docker", command, how)
        .add("--network", "none", "--pull", "always", "-q")
        .add("--platform", "linux/" + architecture)
        .add("--ulimit", "nofile=1024:1024")
        .add(options)
        .add(environment.registry() + "/" + image)
        .with("DOCKER_HOST", environment.dockerHost());
  }
}
