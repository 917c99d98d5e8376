package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the plugin writes is read by skopeo and umoci, from the layout and from the registry. */
class ReadByOthersIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static Environment environment;
  @TempDir static Path folder;
  private static Path project;

  @BeforeAll
  static void deploy() throws Exception {
    environment = Environment.get();
    project = Mavens.copy("examples/java-app", folder.resolve("java-app"));
    Mavens.current(project)
        .add("deploy")
        .add("-Dmultiarch.registry=" + environment.registry() + "/readers")
        .add("-Dmultiarch.from=" + environment.jre())
        .run()
        .succeeds();
  }

  @Test
  void theLayoutAndTheRegistryHoldTheSameIndex() throws Exception {
    String layout = skopeoRaw("oci:" + layout() + ":1.0");
    String registry = skopeoRaw("docker://" + environment.registry() + "/readers/java-app:1.0");
    assertThat(layout).isEqualTo(registry);

    JsonNode index = JSON.readTree(registry);
    assertThat(index.get("manifests")).hasSize(2);
    for (JsonNode child : index.get("manifests")) {
      JsonNode config =
          JSON.readTree(
              Command.of("skopeo", "inspect", "--config", "--raw", "--tls-verify=false")
                  .add("--override-arch", child.at("/platform/architecture").asText())
                  .add("docker://" + environment.registry() + "/readers/java-app:1.0")
                  .run()
                  .succeeds()
                  .output());
      assertThat(config.get("architecture")).isEqualTo(child.at("/platform/architecture"));
      // What the base says and the POM does not survives.
      assertThat(config.at("/config/StopSignal").asText()).isEqualTo("SIGINT");
      assertThat(config.at("/config/Labels/com.example.base").asText()).isEqualTo("jre-17");
      assertThat(config.at("/config/User").asText()).isEqualTo("1000:1000");
    }
  }

  @Test
  void thereIsNoProvenanceAndNoUnknownPlatform() throws Exception {
    String index = skopeoRaw("docker://" + environment.registry() + "/readers/java-app:1.0");
    assertThat(index).doesNotContain("unknown").doesNotContain("attestation");
  }

  @Test
  void umociUnpacksEachPlatform() throws Exception {
    for (String architecture : new String[] {"amd64", "arm64"}) {
      // umoci takes one image under a tag; skopeo picks the platform's out of the index.
      Path one = folder.resolve("one-" + architecture);
      Command.of("skopeo", "copy", "--override-arch", architecture)
          .add("oci:" + layout() + ":1.0", "oci:" + one + ":1.0")
          .run()
          .succeeds();
      Path bundle = folder.resolve("bundle-" + architecture);
      Command.of("umoci", "unpack", "--image", one + ":1.0", bundle.toString()).run().succeeds();
      assertThat(bundle.resolve("rootfs/app/classes/com/example/greeting/GreetingServer.class"))
          .exists();
      assertThat(Files.readString(bundle.resolve("rootfs/app/resources/greeting.properties")))
          .contains("hello");
    }
  }

  private static Path layout() {
    return project.resolve("target/multiarch/oci");
  }

  private static String skopeoRaw(String reference) throws Exception {
    return Command.of("skopeo", "inspect", "--raw", "--tls-verify=false", reference)
        .run()
        .succeeds()
        .output();
  }
}
