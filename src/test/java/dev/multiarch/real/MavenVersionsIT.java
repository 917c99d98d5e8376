package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The plugin works from the oldest Maven that it promises to the next one. */
class MavenVersionsIT {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"it.maven.oldest", "it.maven.current", "it.maven.next"})
  void theQuickStartIsDeployed(String property) throws Exception {
    Path project = Mavens.copy("examples/quickstart", folder.resolve("quickstart"));
    String output =
        Mavens.version(System.getProperty(property), project)
            .add("deploy", "-T", "2")
            .run()
            .succeeds()
            .output();
    assertThat(output)
        .containsPattern(
            "quickstart +linux/amd64, linux/arm64 +sha256:[0-9a-f]{64} +\\S*quickstart:\\S+")
        .contains("(shared)");
    assertThat(project.resolve("target/registry/quickstart/index.json")).exists();
  }
}
