package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that sends its clients to a token server gets everything that a deployment needs. */
class TokenServerIT {

  private static final String PASSWORD = "s3cret-Pa55";

  @TempDir static Path folder;
  private static TokenServer tokens;
  private static RealRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    tokens = TokenServer.start(folder.resolve("tokens"), "alice", PASSWORD);
    registry = RealRegistry.startWithTokens(folder.resolve("registry"), tokens);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
    if (tokens != null) {
      tokens.close();
    }
  }

  @BeforeEach
  void forget() {
    tokens.forget();
  }

  @Test
  void oneTokenServesAWholeDeployment() throws Exception {
    Path project = Mavens.filesOnly(folder.resolve("once"));
    assertThat(deploy(project)).containsPattern(tagged("once"));
    assertThat(tokens.asked()).containsOnlyOnce("repository:team/once:pull,push");
  }

  @Test
  void aSecondPushSendsWhatChanged() throws Exception {
    Path project = Mavens.filesOnly(folder.resolve("twice"));
    assertThat(deploy(project)).contains("2 of 2 blobs sent");
    assertThat(deploy(project)).contains("unchanged");
    change(project);
    assertThat(deploy(project)).contains("2 of 2 blobs sent");
  }

  @Test
  void whatAnotherCheckoutHasPublishedIsNotSentAgain() throws Exception {
    Path here = Mavens.filesOnly(folder.resolve("here/shared"));
    Path there = Mavens.filesOnly(folder.resolve("there/shared"));
    deploy(here);
    change(here);
    change(there);
    deploy(there);
    assertThat(deploy(here)).contains("unchanged: ").doesNotContain(" sent (", "PUT /v2/");
  }

  private static void change(Path project) throws IOException {
    Path pom = project.resolve("pom.xml");
    Files.writeString(pom, Files.readString(pom) + "<!-- changed -->\n");
  }

  @Test
  void layersOfASisterAreMountedWithATokenForBoth() throws Exception {
    deploy(Mavens.filesOnly(folder.resolve("base")));
    tokens.forget();
    assertThat(deploy(Mavens.filesOnly(folder.resolve("app")), from("base")))
        .contains("1 mounted")
        .containsPattern(tagged("app"));
    assertThat(tokens.asked()).contains("repository:team/app:pull,push repository:team/base:pull");
  }

  @Test
  void platformsOfTwoMachinesAreAssembledOnAThird() throws Exception {
    Path records = folder.resolve("records");
    for (String platform : List.of("linux/amd64", "linux/arm64")) {
      Path machine = folder.resolve(platform.replace('/', '-'));
      Path project = Mavens.filesOnly(machine.resolve("parts"));
      deploy(project, "-Dmultiarch.only=" + platform, "-Dmultiarch.revision=r1");
      Mavens.copy(project.resolve("target/multiarch/records").toString(), records);
    }
    tokens.forget();
    Path third = Mavens.filesOnly(folder.resolve("third/parts"));
    String[] assemble = {
      "-Dmultiarch.only=none", "-Dmultiarch.records=" + records, "-Dmultiarch.revision=r1"
    };
    assertThat(deploy(third, assemble)).containsPattern(tagged("parts"));
    // What was read was allowed to be read, and no more than that was asked for before.
    assertThat(tokens.asked())
        .containsExactly("repository:team/parts:pull", "repository:team/parts:pull,push");

    // That the file for scripts cannot be written takes nothing back, and is not passed over.
    Path file = third.resolve("target/multiarch/image.json");
    Files.delete(file);
    Files.createDirectories(file.resolve("in-the-way"));
    assertThat(maven(third).add(assemble).run().fails().output())
        .containsPattern(tagged("parts"))
        .containsPattern("ERROR.*/team/parts:1.0 is published as sha256:.*, but that could not be");
  }

  @Test
  void aRepositoryThatTheUserMayNotWriteToIsSaidToBeSo() throws Exception {
    tokens.hide("team/hidden");
    String output = maven(Mavens.filesOnly(folder.resolve("hidden"))).run().fails().output();
    assertThat(output)
        .contains("team/hidden")
        .contains("The credentials of user alice")
        .doesNotContain(PASSWORD);
  }

  private static Pattern tagged(String image) {
    return Mavens.tagged(registry.host() + "/team/" + image + ":1.0");
  }

  private static String from(String base) {
    return "-Dmultiarch.from=" + registry.host() + "/team/" + base + ":1.0";
  }

  /** Nothing secret is in a log, however much is logged. */
  private static String deploy(Path project, String... more) throws Exception {
    String output = maven(project).add(more).add("-X").run().succeeds().output();
    assertThat(output).doesNotContain(PASSWORD);
    tokens.issued().forEach(token -> assertThat(output).doesNotContain(token));
    return output;
  }

  private static Command maven(Path project) throws Exception {
    return Mavens.current(project)
        .add("deploy", "-Dmaven.deploy.skip=true")
        .add("-Dmultiarch.registry=" + registry.host() + "/team")
        .with("MULTIARCH_USERNAME", "alice")
        .with("MULTIARCH_PASSWORD", PASSWORD)
        // Nobody's own login may decide what a test sees.
        .with("DOCKER_CONFIG", folder.resolve("empty").toString())
        .with("XDG_RUNTIME_DIR", folder.resolve("empty").toString())
        .with("MAVEN_OPTS", "-Duser.home=" + folder.resolve("home"));
  }
}
