package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileCredentialsTest {

  @TempDir Path folder;

  private Optional<String> secret(String json, String registry, String repository)
      throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, json.replace('\'', '"'));
    return new ConfigFileCredentials(List.of(folder.resolve("none.json"), file), RegistryLog.NONE)
        .find(registry, repository)
        .map(found -> found.credential().user() + "/" + found.credential().secret());
  }

  @Test
  void aPasswordIsFoundByTheRegistrysName() throws IOException {
    String auths = "{'auths':{'r.example:5000':{'auth':'dTpw'}}}";
    assertThat(secret(auths, "r.example:5000", "app")).contains("u/p");
    assertThat(secret(auths, "r.example", "app")).isEmpty();
  }

  @Test
  void dockerHubIsFoundByItsOldName() throws IOException {
    String auths = "{'auths':{'https://index.docker.io/v1/':{'auth':'dTpw'}}}";
    assertThat(secret(auths, "docker.io", "library/alpine")).contains("u/p");
  }

  @Test
  void anIdentityTokenIsTakenFromAnyRegistry() throws IOException {
    String auths = "{'auths':{'r.example':{'auth':'dTo=','identitytoken':'t'}}}";
    assertThat(secret(auths, "r.example", "app")).contains("/t");
  }

  /** containers-auth.json(5) */
  @Test
  void theLongestNamespaceCounts() throws IOException {
    String auths =
        "{'auths':{'r.example':{'auth':'dTpw'},'r.example/team':{'auth':'dTpx'},"
            + "'r.example/team/app':{'auth':'dTpy'}}}";
    assertThat(secret(auths, "r.example", "other")).contains("u/p");
    assertThat(secret(auths, "r.example", "team/lib")).contains("u/q");
    assertThat(secret(auths, "r.example", "team/app")).contains("u/r");
  }

  @Test
  void anotherTeamsCredentialIsNotUsed() throws IOException {
    assertThat(secret("{'auths':{'r.example/team':{'auth':'dTpw'}}}", "r.example", "other"))
        .isEmpty();
  }

  @Test
  void whatCannotBeReadIsPassedOver() throws IOException {
    for (String json : List.of("{", "{'auths':{'r.example':{'auth':'!'}}}", "[]")) {
      assertThat(secret(json, "r.example", "app")).isEmpty();
    }
  }

  @Test
  void theUsualFilesAreThoseOfDockerAndPodman() {
    Path home = Path.of("/home/x");
    assertThat(ConfigFileCredentials.standardFiles(Map.of(), home))
        .containsExactly(
            home.resolve(".docker/config.json"), home.resolve(".config/containers/auth.json"));
    assertThat(
            ConfigFileCredentials.standardFiles(
                Map.of("DOCKER_CONFIG", "/d", "REGISTRY_AUTH_FILE", "/a", "XDG_RUNTIME_DIR", "/r"),
                home))
        .containsExactly(
            Path.of("/d/config.json"),
            Path.of("/a"),
            Path.of("/r/containers/auth.json"),
            home.resolve(".config/containers/auth.json"));
  }
}
