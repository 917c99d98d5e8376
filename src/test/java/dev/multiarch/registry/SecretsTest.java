package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.blob;
import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import dev.multiarch.testing.RegistryOptions.Location;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is told what: guarantee 6. After each test everything that was logged is searched. */
@Timeout(30)
class SecretsTest {

  private static final String PASSWORD = "s3cret-p4ssword";
  private static final String IDENTITY = "r3fresh-t0ken";
  private static final Credential USER = Credential.basic("user", PASSWORD);

  private final FakeRegistry registry = FakeRegistry.start();
  private final TestTime time = new TestTime();
  private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

  @AfterEach
  void nothingSecretWasLogged() {
    registry.close();
    assertThat(log).allSatisfy(SecretsTest::assertNothingSecretIn);
  }

  private static void assertNothingSecretIn(String text) {
    String basic =
        Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    assertThat(text).doesNotContain(PASSWORD, IDENTITY, basic, "Bearer ", "?");
  }

  private Store open(CredentialSource credentials) {
    RegistryLog listener =
        new RegistryLog() {
          @Override
          public void debug(String line) {
            log.add(line);
          }

          @Override
          public void info(String line) {
            log.add(line);
          }
        };
    return new Registries(
            RegistryOptions.defaults().withLog(listener).withCredentials(credentials), time)
        .repository(registry.host(), "app");
  }

  private Store open(Credential credential) {
    return open(TestCredentials.always(credential));
  }

  @Test
  void aPasswordGoesToTheTokenServerOnlyWhereThereIsOne() throws IOException {
    registry.requireTokens().user("user", PASSWORD).challengePrefix("Basic realm=\"a, b\", ");
    open(USER).put(blob(bytes(10)));
    assertThat(registry.exchanges().hostsThatReceived(PASSWORD))
        .containsExactly(registry.tokenHost());
  }

  @Test
  void anIdentityTokenIsExchangedAndNeverAPassword() throws IOException {
    registry.requireTokens().user("user", PASSWORD).identityToken(IDENTITY, "user");
    open(Credential.identityToken(IDENTITY)).put(blob(bytes(10)));
    assertThat(registry.exchanges().of(Kind.TOKEN))
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.method()).isEqualTo("POST"));
    registry.requireBasic("", IDENTITY);
    assertThatThrownBy(() -> open(Credential.identityToken(IDENTITY)).resolve("1"))
        .isInstanceOf(RegistryException.class);
    assertThat(registry.exchanges().hostsThatReceived(IDENTITY)).isEmpty();
  }

  @Test
  void oneTokenIsFetchedThoughManyAskForIt() throws IOException {
    registry.requireTokens().user("user", PASSWORD);
    Store store = open(USER);
    try (Parallel parallel = new Parallel(8)) {
      parallel.forEach(
          IntStream.range(0, 40).boxed().toList(), i -> store.put(blob(bytes(100 + i))));
    }
    assertThat(registry.exchanges().count(Kind.TOKEN)).isEqualTo(1);
  }

  @Test
  void aTokenIsRenewedBeforeItEnds() throws IOException {
    registry.requireTokens().user("user", PASSWORD).expiresIn(300);
    Store store = open(USER);
    store.resolve("1");
    time.advance(Duration.ofSeconds(280));
    store.resolve("1");
    assertThat(registry.exchanges().count(Kind.TOKEN)).isEqualTo(1);
    time.advance(Duration.ofSeconds(15));
    store.resolve("1");
    assertThat(registry.exchanges().count(Kind.TOKEN)).isEqualTo(2);
    assertThat(registry.exchanges().where(e -> e.status() == 401)).hasSize(1);
  }

  @Test
  void aTokenThatEndsInTheMiddleOfAPushIsRenewed() throws IOException {
    registry.requireTokens().user("user", PASSWORD);
    byte[] content = bytes(50_000);
    registry.plant(Fault.expireTokens(), At.kind(Kind.UPLOAD_PUT, 1));
    open(USER).put(blob(content));
    assertThat(registry.blob("app", Digest.of(content).toString())).contains(content);
  }

  @Test
  void storageBehindARedirectOrALocationGetsNothing() throws IOException {
    registry.options().blobRedirects(true).location(Location.STORAGE);
    registry.requireBasic("user", PASSWORD);
    Store store = open(USER);
    byte[] content = bytes(3000);
    store.put(blob(content));
    Descriptor descriptor = blob(content).descriptor();
    try (var in = store.blob(descriptor).open()) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
    assertThat(registry.exchanges().count(Kind.STORAGE_GET)).isEqualTo(1);
    assertThat(registry.exchanges().authorizationsAt(registry.storageHost())).isEmpty();
  }

  @Test
  void aChallengeAfterARedirectToAnotherHostIsNotAnswered() {
    registry.requireBasic("user", PASSWORD);
    try (FakeRegistry other = FakeRegistry.start()) {
      other.requireBasic("user", PASSWORD);
      registry.plant(
          Fault.redirect(other.url() + "/v2/app/manifests/1?sig=" + IDENTITY), At.request(2));
      assertThatThrownBy(() -> open(USER).resolve("1"))
          .hasMessageContaining("redirects to " + other.url() + "/v2/app/manifests/1, which")
          .satisfies(e -> assertNothingSecretIn(e.toString()));
      assertThat(other.exchanges().all()).hasSize(1);
      assertThat(other.exchanges().authorizationsAt(other.host())).isEmpty();
    }
  }

  @Test
  void aRedirectWithoutEndIsAnError() {
    registry.plant(Fault.redirect("/v2/app/manifests/1"), At.request(1).andEver());
    assertThatThrownBy(() -> open(USER).resolve("1")).hasMessageContaining("without end");
    assertThat(registry.exchanges().all()).hasSize(6);
  }

  @Test
  void aTokenServerWithoutTlsOffThisMachineGetsNothing() {
    String challenge = "Bearer realm=\"http://token.invalid/t?x=y\",service=\"s\"";
    registry.plant(
        Fault.status(401, Map.of("WWW-Authenticate", challenge)), At.request(1).andEver());
    assertThatThrownBy(() -> open(USER).resolve("1"))
        .hasMessageContaining("without TLS, http://token.invalid/t")
        .satisfies(e -> assertNothingSecretIn(e.toString()));
  }

  @Test
  void aRefusalNamesWhoseCredentialsAndFromWhere() {
    registry.requireBasic("user", "another");
    assertThatThrownBy(() -> open(USER).resolve("1"))
        .hasMessageContaining("answered 401")
        .extracting(e -> ((StoreException) e).remedy())
        .isEqualTo("The credentials of user user from the test were refused.");
    assertThat(registry.exchanges().all()).hasSize(2);
  }

  @Test
  void aRefusalWithoutCredentialsNamesEveryPlace() {
    registry.requireBasic("user", PASSWORD);
    CredentialSource places =
        CredentialSource.firstOf(
            List.of(
                new EnvironmentCredentials(registry.host(), Map.of()),
                new ConfigFileCredentials(
                    Map.of("DOCKER_CONFIG", "d"), List.of(Path.of("home")), RegistryLog.NONE)));
    assertThatThrownBy(() -> open(places).resolve("1"))
        .extracting(e -> ((StoreException) e).remedy())
        .asString()
        .contains(
            "no credentials for " + registry.host(),
            "MULTIARCH_USERNAME",
            Path.of("d/config.json").toString());
  }

  @Test
  void theEnvironmentIsForTheDestinationOnly() {
    Map<String, String> both = Map.of("MULTIARCH_USERNAME", "u", "MULTIARCH_PASSWORD", PASSWORD);
    EnvironmentCredentials source = new EnvironmentCredentials("ours.example", both);
    assertThat(source.find("ours.example", "app")).isPresent();
    assertThat(source.find("docker.io", "library/base")).isEmpty();
    assertThat(source.find("ours.example", "app").toString()).doesNotContain(PASSWORD);
    Map<String, String> one = Map.of("MULTIARCH_USERNAME", "u", "MULTIARCH_PASSWORD", "");
    EnvironmentCredentials half = new EnvironmentCredentials("ours.example", one);
    assertThat(half.find("ours.example", "app")).isEmpty();
    assertThat(half.places("ours.example"))
        .containsExactly(
            "the variables MULTIARCH_USERNAME and MULTIARCH_PASSWORD, of which MULTIARCH_PASSWORD is"
                + " not set or empty");
  }

  @Test
  void aTokenServerMayNotSendWhatLogsInElsewhere() throws Exception {
    List<String> elsewhere = new CopyOnWriteArrayList<>();
    try (ScriptedServer other =
            ScriptedServer.start(
                head -> {
                  elsewhere.add(head);
                  return "200 OK\r\n";
                });
        ScriptedServer realm =
            ScriptedServer.start(
                head -> "302 Found\r\nLocation: http://" + other.host() + "/token\r\n");
        ScriptedServer asking =
            ScriptedServer.start(
                head ->
                    "401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"http://"
                        + realm.host()
                        + "/token\"\r\n")) {
      CredentialSource source = TestCredentials.always(Credential.identityToken(IDENTITY));
      Store app =
          new Registries(RegistryOptions.defaults().withCredentials(source), time)
              .repository(asking.host(), "app");
      assertThatThrownBy(() -> app.resolve("1")).hasMessageContaining("sends us to");
    }
    assertThat(elsewhere).isEmpty();
  }
}
