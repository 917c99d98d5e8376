package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of a reactor of images, as a script of CI asks for its jobs and runs them. */
class MatrixIT {

  private static final String JOBS =
      "{\"include\":[{\"id\":\"linux-amd64\",\"platform\":\"linux/amd64\",\"runner\":\"ubuntu-24.04\","
          + "\"args\":\"-Dmultiarch.only=linux/amd64 -Dmaven.deploy.skip=true\"},"
          + "{\"id\":\"linux-arm64\",\"platform\":\"linux/arm64\",\"runner\":\"ubuntu-24.04-arm\","
          + "\"args\":\"-Dmultiarch.only=linux/arm64 -Dmaven.deploy.skip=true\"}]}";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"it.maven.oldest", "it.maven.current", "it.maven.next"})
  void aScriptGetsTheJsonAndNothingElse(String property) throws Exception {
    Path project = Mavens.copy("examples/matrix", folder.resolve("matrix"));
    Path output = Files.writeString(folder.resolve("output"), "before=1\n");
    String printed =
        Mavens.version(System.getProperty(property), project)
            // The colours of a terminal would be output as well.
            .add("-q", "multiarch:matrix", "-Dmultiarch.ci=github")
            .add("-Dmultiarch.matrixFile=target/matrix.json", "-Dstyle.color=never")
            .with("GITHUB_OUTPUT", output.toString())
            .run()
            .succeeds()
            .output();
    assertThat(printed).isEqualTo(JOBS + "\n");
    assertThat(project.resolve("target/matrix.json")).hasContent(JOBS);
    assertThat(output).hasContent("before=1\nmatrix=" + JOBS + "\n");
  }

  @Test
  void theProfilesOfTheExampleBuildItInJobs() throws Exception {
    Environment environment = Environment.get();
    Path sources = Mavens.copy("examples/matrix", folder.resolve("sources"));
    CiMachine.commitAll(sources);
    String registry = environment.registry() + "/profiles";
    String options =
        " -B -ntp -Dmultiarch.registry=%s -Dmultiarch.from=%s"
            .formatted(registry, environment.jre());
    for (String profile : List.of("amd64", "arm64")) {
      CiMachine machine = CiMachine.start(folder.resolve(profile), sources);
      String output =
          machine.run("mvn deploy -P" + profile + options, Map.of()).succeeds().output();
      assertThat(output)
          .contains("on reactor:dev.multiarch.examples.matrix:base (of this run)")
          .contains("When every platform is pushed, tag them: mvn deploy -Dmultiarch.only=none");
      assertThat(machine.checkout().resolve("target/jars")).doesNotExist();
    }
    CiMachine last = CiMachine.start(folder.resolve("last"), sources);
    last.run("mvn deploy -Dmultiarch.only=none" + options, Map.of()).succeeds();
    assertThat(last.checkout().resolve("target/jars/dev/multiarch/examples/matrix/orders"))
        .isDirectory();

    // The services are on the very base of this build.
    JsonNode base = index(registry + "/base:1.0");
    for (String service : List.of("orders", "billing")) {
      Path file = last.checkout().resolve(service + "/target/multiarch/image.json");
      JsonNode published = new ObjectMapper().readTree(file.toFile());
      assertThat(published.get("references"))
          .containsExactly(new TextNode(registry + "/" + service + ":1.0"));
      JsonNode index = index(registry + "/" + service + "@" + published.get("digest").asText());
      assertThat(index).isEqualTo(index(registry + "/" + service + ":1.0"));
      assertThat(index.get("manifests")).hasSize(2);
      for (int i = 0; i < 2; i++) {
        JsonNode own = layers(registry, service, index.get("manifests").get(i));
        JsonNode below = layers(registry, "base", base.get("manifests").get(i));
        assertThat(own).startsWith(below.findParents("digest").toArray(JsonNode[]::new));
        assertThat(own).hasSizeGreaterThan(below.size());
      }
    }
  }

  private static JsonNode layers(String registry, String image, JsonNode child) throws Exception {
    return index(registry + "/" + image + "@" + child.get("digest").asText()).get("layers");
  }

  private static JsonNode index(String reference) throws Exception {
    return new ObjectMapper()
        .readTree(
            Command.of("skopeo", "inspect", "--raw", "--tls-verify=false", "docker://" + reference)
                .run()
                .succeeds()
                .output());
  }
}
