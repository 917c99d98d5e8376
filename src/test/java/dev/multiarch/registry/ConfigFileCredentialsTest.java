package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.registry.ConfigFileCredentials.Config;
import dev.multiarch.registry.CredentialSource.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileCredentialsTest {

  @TempDir Path folder;
  private final List<String> told = new ArrayList<>();

  private Optional<String> secret(String json, String registry, String repository)
      throws IOException {
    return credentials(json)
        .find(registry, repository)
        .map(found -> found.credential().user() + "/" + found.credential().secret());
  }

  /**
   * @param json the content of Docker's file, with single quotes
   */
  private ConfigFileCredentials credentials(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), json.replace('\'', '"'));
    return new ConfigFileCredentials(
        List.of(Config.file(folder.resolve("none.json")), Config.file(file)),
        name ->
            new CredentialHelper(
                folder.resolve("docker-credential-" + name).toString(), Duration.ofMinutes(1)),
        log());
  }

  private RegistryLog log() {
    return new RegistryLog() {
      @Override
      public void debug(String line) {}

      @Override
      public void info(String line) {
        told.add(line);
      }
    };
  }

  /** A helper that notes what it is asked for, and knows one server. */
  private void helper(String name, String server, String user, String secret) throws IOException {
    program(
        name,
        """
        asked=$(cat)
        echo "$asked" >> "$0.asked"
        if [ "$asked" = '%s' ]; then
          echo '{"ServerURL":"%s","Username":"%s","Secret":"%s"}'
        else
          echo 'credentials not found in native keychain'
          exit 1
        fi
        """
            .formatted(server, server, user, secret));
  }

  private void program(String name, String script) throws IOException {
    Path program = folder.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> asked(String name) throws IOException {
    Path asked = folder.resolve("docker-credential-" + name + ".asked");
    return Files.exists(asked) ? Files.readAllLines(asked) : List.of();
  }

  @Test
  void aRegistrysOwnHelperIsAsked() throws IOException {
    helper("own", "r.example", "u", "p");
    helper("all", "s.example", "v", "q");
    String config = "{'credHelpers':{'r.example':'own'},'credsStore':'all'}";
    assertThat(secret(config, "r.example", "app")).contains("u/p");
    assertThat(secret(config, "s.example", "app")).contains("v/q");
    assertThat(asked("own")).containsExactly("r.example");
  }

  @Test
  void aHelperGoesBeforeTheFile() throws IOException {
    helper("x", "r.example", "helper", "p");
    String config =
        "{'credsStore':'x','auths':{'r.example':{'auth':'dTpw'},'s.example':{'auth':'dTpx'}}}";
    assertThat(secret(config, "r.example", "app")).contains("helper/p");
    assertThat(secret(config, "s.example", "app")).contains("u/q");
  }

  @Test
  void aHelperIsAskedForWhatSomebodyLoggedInTo() throws IOException {
    helper("x", "https://r.example", "u", "p");
    String config = "{'credsStore':'x','auths':{'https://r.example':{}}}";
    assertThat(secret(config, "r.example", "app")).contains("u/p");
    helper("hub", "https://index.docker.io/v1/", "u", "p");
    assertThat(secret("{'credsStore':'hub'}", "docker.io", "library/alpine")).contains("u/p");
  }

  @Test
  void aHelperIsAskedOnceForAllRepositories() throws IOException {
    helper("x", "r.example", "u", "p");
    ConfigFileCredentials credentials = credentials("{'credsStore':'x'}");
    for (String repository : List.of("app", "base", "app")) {
      assertThat(credentials.find("r.example", repository)).isPresent();
      assertThat(credentials.find("s.example", repository)).isEmpty();
    }
    assertThat(asked("x")).containsExactly("r.example", "s.example");
  }

  @Test
  void aHelpersTokenIsAnIdentityToken() throws IOException {
    helper("x", "r.example", "<token>", "t");
    assertThat(credentials("{'credsStore':'x'}").find("r.example", "app").orElseThrow())
        .satisfies(
            found -> {
              assertThat(found.credential()).isEqualTo(Credential.identityToken("t"));
              assertThat(found.source()).contains("docker-credential-x").contains("config.json");
            });
  }

  @Test
  void aHelperThatDoesNotAnswerIsNamedAndWhatItPrintsIsNot() throws IOException {
    program("fails", "echo '{\"Secret\":\"s3cret\"}'; exit 3");
    program("chatters", "echo s3cret");
    String entry = ",'auths':{'r.example':{'auth':'dTpw'}}}";
    for (String name : List.of("fails", "chatters", "missing")) {
      assertThat(secret("{'credsStore':'" + name + "'" + entry, "r.example", "app"))
          .contains("u/p");
    }
    assertThat(told).hasSize(3).noneMatch(line -> line.contains("s3cret"));
    assertThat(told.get(0)).contains("docker-credential-fails").contains("exit code 3");
    assertThat(told.get(1)).contains("something else than a credential");
    assertThat(told.get(2)).contains("is not on the path");
  }

  @Test
  void aHelperThatHangsIsEnded() throws IOException {
    program("hangs", "sleep 600; echo none");
    CredentialHelper helper =
        new CredentialHelper(
            folder.resolve("docker-credential-hangs").toString(), Duration.ofMillis(100));
    assertThatThrownBy(() -> helper.get("r.example")).hasMessageContaining("did not answer within");
    for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
      assertThat(child.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }
    // What is left of a helper when it has ended can be seen no more, but by who holds its output.
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("multiarch"))
        .allSatisfy(
            thread -> {
              thread.join(Duration.ofSeconds(10).toMillis());
              assertThat(thread.isAlive()).isFalse();
            });
  }

  @Test
  void aHelperNeedNotListen() throws IOException {
    program("deaf", "exec 0<&-; echo '{\"Username\":\"u\",\"Secret\":\"p\"}'");
    CredentialHelper helper =
        new CredentialHelper(
            folder.resolve("docker-credential-deaf").toString(), Duration.ofMinutes(1));
    // More than a pipe holds: it is written until nobody reads it any more.
    assertThat(helper.get("x".repeat(1 << 20))).contains(Credential.basic("u", "p"));
  }

  @Test
  void aHelpersAnswerWithoutAUserIsNone() throws IOException {
    helper("x", "r.example", "", "s");
    String config = "{'credsStore':'x','auths':{'r.example':{'auth':'dTpw'}}}";
    assertThat(secret(config, "r.example", "app")).contains("u/p");
  }

  @Test
  void aHelperIsAskedForANamespace() throws IOException {
    helper("x", "r.example/team", "u", "p");
    String marked = "{'credsStore':'x','auths':{'r.example/team':{}}}";
    String named = "{'credHelpers':{'r.example/team':'x'}}";
    for (String config : List.of(marked, named)) {
      assertThat(secret(config, "r.example", "team/app")).as(config).contains("u/p");
      assertThat(secret(config, "r.example", "other")).as(config).isEmpty();
    }
  }

  @Test
  void aHelperThatMayNotBeStartedIsNotCalledMissing() throws IOException {
    program("locked", "echo none");
    Files.setPosixFilePermissions(
        folder.resolve("docker-credential-locked"), PosixFilePermissions.fromString("rw-------"));
    assertThat(secret("{'credsStore':'locked'}", "r.example", "app")).isEmpty();
    assertThat(told).hasSize(1).allMatch(line -> line.contains("cannot be started"));
  }

  @Test
  void anInterruptIsNoAnswer() throws IOException {
    helper("x", "r.example", "u", "p");
    ConfigFileCredentials credentials = credentials("{'credsStore':'x'}");
    Thread.currentThread().interrupt();
    assertThat(credentials.find("r.example", "app")).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(credentials.find("r.example", "app")).isPresent();
    assertThat(told).isEmpty();
  }

  /** Else one that waits for somebody would hold up all registries. */
  @Test
  void oneHelperDoesNotWaitForAnother() throws Exception {
    Path begun = pipe("begun");
    Path go = pipe("go");
    program(
        "waits",
        "echo begun > '%s'; cat '%s'; echo '{\"Username\":\"u\",\"Secret\":\"p\"}'"
            .formatted(begun, go));
    helper("x", "s.example", "v", "q");
    // Of so many keys some lie next to each other in any map.
    StringBuilder helpers = new StringBuilder("'r.example':'waits'");
    for (int i = 0; i < 40; i++) {
      helpers.append(",'s%d.example':'x'".formatted(i));
    }
    ConfigFileCredentials credentials = credentials("{'credHelpers':{" + helpers + "}}");
    var waiting =
        CompletableFuture.supplyAsync(() -> credentials.find("r.example", "app").isPresent());
    assertThat(Files.readString(begun)).contains("begun");
    for (int i = 0; i < 40; i++) {
      assertThat(credentials.find("s" + i + ".example", "app")).isEmpty();
    }
    assertThat(waiting).isNotDone();
    Files.newOutputStream(go, StandardOpenOption.WRITE).close();
    assertThat(waiting).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(true);
  }

  private Path pipe(String name) throws Exception {
    Path pipe = folder.resolve(name);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
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
  void aPasswordIsFoundByAnAddressOfTheRegistry() throws IOException {
    for (String key :
        List.of(
            "https://r.example",
            "http://r.example/",
            "https://r.example/v2/",
            "https://r.example/some/where/",
            "r.example/v1")) {
      String auths = "{'auths':{'x.example':{'auth':'eDp4'},'" + key + "':{'auth':'dTpw'}}}";
      assertThat(secret(auths, "r.example", "app")).as(key).contains("u/p");
    }
    assertThat(secret("{'auths':{'docker.io':{'auth':'dTpw'}}}", "docker.io", "app"))
        .contains("u/p");
  }

  @Test
  void allNamesOfDockerHubAreLookedAt() throws IOException {
    String auths = "{'auths':{'https://index.docker.io/v1/':{},'docker.io':{'auth':'dTpw'}}}";
    assertThat(secret(auths, "docker.io", "library/alpine")).contains("u/p");
    assertThat(secret(auths, "registry.hub.docker.com", "library/alpine")).contains("u/p");
    String token = "{'auths':{'https://index.docker.io/v1/access-token':{'auth':'dTpw'}}}";
    assertThat(secret(token, "docker.io", "library/alpine")).isEmpty();
  }

  /** As Docker reads it. */
  @Test
  void capitalsDoNotMatter() throws IOException {
    assertThat(secret("{'Auths':{'r.example':{'AUTH':'dTpw'}}}", "r.example", "app"))
        .contains("u/p");
    helper("x", "r.example", "u", "p");
    assertThat(secret("{'credsstore':'x'}", "r.example", "app")).contains("u/p");
    assertThat(secret("{'CredHelpers':{'r.example':'x'}}", "r.example", "app")).contains("u/p");
  }

  @Test
  void aTokenMayStandForTheUserOrThePassword() throws IOException {
    assertThat(secret("{'auths':{'r.example':{'auth':'dG9rOg=='}}}", "r.example", "app"))
        .contains("tok/");
    assertThat(secret("{'auths':{'r.example':{'auth':'OnRvaw=='}}}", "r.example", "app"))
        .contains("/tok");
  }

  @Test
  void aPasswordMayBeWrittenInFull() throws IOException {
    String auths = "{'auths':{'r.example':{'username':'u','password':'p:q'}}}";
    assertThat(secret(auths, "r.example", "app")).contains("u/p:q");
  }

  /** As docker login leaves it where a helper keeps the credential. */
  @Test
  void anEmptyEntryIsNone() throws IOException {
    assertThat(secret("{'auths':{'r.example':{}}}", "r.example", "app")).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void whatCannotBeReadIsPassedOver() throws IOException {
    for (String json :
        List.of(
            "{",
            "{'auths':{'r.example':{'auth':'!s3cret'}}}",
            "{'auths':{'r.example':{'s3cret'}}}",
            "{'auths':{'r.example':{'s3cret':1,'s3cret':2}}}",
            "{'auths':{'r.example':{'auth':'czNjcmV0'}}}",
            "{'credsStore':7}",
            "[]")) {
      assertThat(secret(json, "r.example", "app")).isEmpty();
    }
    assertThat(told)
        .hasSize(7)
        .allMatch(line -> line.contains("config.json"))
        .noneMatch(line -> line.contains("s3cret") || line.contains("czNjcmV0"));
  }

  @Test
  void theUsualPlacesAreThoseOfDockerAndPodman() {
    Path home = Path.of("/home/x");
    assertThat(places(Map.of(), home))
        .containsExactly("/home/x/.docker/config.json", "/home/x/.config/containers/auth.json");
    assertThat(
            places(
                Map.of(
                    "DOCKER_CONFIG", "/d",
                    "REGISTRY_AUTH_FILE", "/a",
                    "XDG_RUNTIME_DIR", "/r",
                    "DOCKER_AUTH_CONFIG", "{}"),
                home))
        .containsExactly(
            "/d/config.json",
            "/a",
            "/r/containers/auth.json",
            "/home/x/.config/containers/auth.json",
            "the variable DOCKER_AUTH_CONFIG");
  }

  private static List<String> places(Map<String, String> environment, Path home) {
    return new ConfigFileCredentials(environment, List.of(home), RegistryLog.NONE)
        .places("r.example");
  }

  @Test
  void aLoginCountsMoreThanTheVariable() throws IOException {
    String variable = "{'auths':{'r.example':{'auth':'ZW52Om9uZQ=='}}}".replace('\'', '"');
    ConfigFileCredentials credentials =
        new ConfigFileCredentials(
            Map.of("DOCKER_CONFIG", folder.toString(), "DOCKER_AUTH_CONFIG", variable),
            List.of(folder),
            RegistryLog.NONE);
    Found alone = credentials.find("r.example", "app").orElseThrow();
    assertThat(alone.credential().user()).isEqualTo("env");
    assertThat(alone.source()).isEqualTo("the variable DOCKER_AUTH_CONFIG");
    Files.writeString(
        folder.resolve("config.json"), variable.replace("ZW52Om9uZQ==", "ZmlsZTp0d28="));
    Found login = credentials.find("r.example", "app").orElseThrow();
    assertThat(login.credential().user()).isEqualTo("file");
    assertThat(credentials.find("other.example", "app")).isEmpty();
  }

  @Test
  void aVariableThatCannotBeReadIsNamedWithoutItsContent() {
    RegistryLog log = log();
    ConfigFileCredentials credentials =
        new ConfigFileCredentials(Map.of("DOCKER_AUTH_CONFIG", "s3cret"), List.of(folder), log);
    assertThat(credentials.find("r.example", "app")).isEmpty();
    assertThat(told)
        .singleElement()
        .asString()
        .startsWith("the variable DOCKER_AUTH_CONFIG was passed over")
        .doesNotContain("s3cret");
    assertThat(credentials.places("r.example"))
        .last()
        .isEqualTo("the variable DOCKER_AUTH_CONFIG (cannot be read as JSON)");
  }
}
