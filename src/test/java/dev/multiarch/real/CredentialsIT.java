package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A registry that wants a password gets it from every documented place, and nobody else sees it.
 */
class CredentialsIT {

  private static final String PASSWORD = "s3cret-Pa55";

  private static final String LOGIN =
      """
      <plugin>
        <artifactId>maven-resources-plugin</artifactId>
        <version>3.4.0</version>
        <executions>
          <execution>
            <phase>deploy</phase>
            <goals>
              <goal>copy-resources</goal>
            </goals>
            <configuration>
              <outputDirectory>target</outputDirectory>
              <resources>
                <resource>
                  <directory>login</directory>
                </resource>
              </resources>
            </configuration>
          </execution>
        </executions>
      </plugin>
      """;

  @TempDir static Path folder;
  private static RealRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    registry = RealRegistry.startWithPassword(folder.resolve("registry"), "alice", PASSWORD);
  }

  @org.junit.jupiter.api.AfterAll
  static void stop() throws Exception {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void withoutCredentialsEveryPlaceIsNamed() throws Exception {
    String output = maven("nothing").run().fails().output();
    assertThat(output)
        .contains("401")
        .contains("There are no credentials for " + registry.host())
        .contains("settings.xml (server " + registry.host() + " or 127.0.0.1)")
        .contains("MULTIARCH_USERNAME")
        .contains("config.json")
        .contains("auth.json");
  }

  @Test
  void refusedCredentialsAreNamedByTheirPlace() throws Exception {
    String output =
        maven("refused")
            .with("MULTIARCH_USERNAME", "alice")
            .with("MULTIARCH_PASSWORD", "wrong-" + PASSWORD)
            .run()
            .fails()
            .output();
    assertThat(output)
        .contains("user alice from the variables MULTIARCH_USERNAME and MULTIARCH_PASSWORD")
        .doesNotContain(PASSWORD);
  }

  @Test
  void theEnvironmentIsAsked() throws Exception {
    deploys(
        maven("environment")
            .with("MULTIARCH_USERNAME", "alice")
            .with("MULTIARCH_PASSWORD", PASSWORD));
  }

  @Test
  void dockersFileIsAsked() throws Exception {
    Path config = Files.createDirectories(folder.resolve("docker"));
    Files.writeString(
        config.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), encoded()));
    deploys(maven("docker-file").with("DOCKER_CONFIG", config.toString()));
  }

  @Test
  void podmansFileIsAsked() throws Exception {
    Path file = folder.resolve("podman-auth.json");
    Files.writeString(
        file, "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), encoded()));
    deploys(maven("podman-file").with("REGISTRY_AUTH_FILE", file.toString()));
  }

  @Test
  void aCredentialHelperIsAsked() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path helper = bin.resolve("docker-credential-test");
    Files.writeString(
        helper,
        "#!/bin/sh\ncat >/dev/null\necho '{\"Username\":\"alice\",\"Secret\":\"%s\"}'\n"
            .formatted(PASSWORD));
    helper.toFile().setExecutable(true);
    Path config = Files.createDirectories(folder.resolve("helper"));
    Files.writeString(
        config.resolve("config.json"),
        "{\"credHelpers\":{\"%s\":\"test\"}}".formatted(registry.host()));
    deploys(
        maven("helper")
            .with("DOCKER_CONFIG", config.toString())
            .with("PATH", bin + ":" + System.getenv("PATH")));
  }

  @Test
  void mavensSettingsAreAsked() throws Exception {
    Path project = project("settings");
    Command maven = command(project);
    Mavens.settings(
        project,
        "<servers><server><id>%s</id><username>alice</username><password>%s</password></server></servers>"
            .formatted(registry.host(), PASSWORD));
    deploys(maven);
  }

  /** Goals run in the order of the POM, and nothing goes to the registry before. */
  @Test
  void aLoginAmongTheGoalsOfDeployComesInTime() throws Exception {
    Path project = project("late-login");
    Path login = Files.createDirectories(project.resolve("login"));
    Files.writeString(
        login.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), encoded()));
    Path pom = project.resolve("pom.xml");
    Files.writeString(pom, Files.readString(pom).replaceFirst("<plugins>", "<plugins>" + LOGIN));
    Command maven = command(project).with("DOCKER_CONFIG", project.resolve("target").toString());
    assertThat(maven.run().succeeds().output())
        .containsPattern(Mavens.tagged(registry.host() + "/team/late-login:1.0"));
  }

  private void deploys(Command maven) throws Exception {
    String output = maven.add("-X").run().succeeds().output();
    assertThat(output)
        .containsPattern("sha256:[0-9a-f]{64} +" + registry.host() + "/team/\\S+:1.0\\s")
        .doesNotContain(PASSWORD)
        .doesNotContain(encoded())
        .doesNotContain("Authorization: Basic");
  }

  private static String encoded() {
    return Base64.getEncoder().encodeToString(("alice:" + PASSWORD).getBytes());
  }

  private static Command maven(String name) throws Exception {
    return command(project(name));
  }

  private static Path project(String name) throws Exception {
    return Mavens.filesOnly(folder.resolve(name));
  }

  private static Command command(Path project) throws Exception {
    return Mavens.current(project)
        .add("deploy", "-Dmaven.deploy.skip=true")
        .add("-Dmultiarch.registry=" + registry.host() + "/team")
        // Nobody's own login may decide what a test sees.
        .with("DOCKER_CONFIG", folder.resolve("empty").toString())
        .with("XDG_RUNTIME_DIR", folder.resolve("empty").toString())
        .with("MAVEN_OPTS", "-Duser.home=" + folder.resolve("home"));
  }
}
