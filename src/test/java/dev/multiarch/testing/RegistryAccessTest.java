package dev.multiarch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in: Basic, tokens, TLS. */
class RegistryAccessTest {
  private static final String BASIC =
      "Basic " + Base64.getEncoder().encodeToString("ann:s3cret".getBytes(UTF_8));
  private static final String DIGEST = Digests.sha256(new byte[0]);

  private final FakeRegistry registry = FakeRegistry.start();
  private final Http http = new Http(registry);

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void basicAuthorizationIsDemandedAndRecorded() throws Exception {
    registry.requireBasic("ann", "s3cret");

    HttpResponse<byte[]> refused = http.get("/v2/");

    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(Http.header(refused, "WWW-Authenticate")).startsWith("Basic realm=");
    assertThat(http.get("/v2/", "Authorization", BASIC).statusCode()).isEqualTo(200);
    assertThat(http.get("/v2/", "Authorization", "Basic ???").statusCode()).isEqualTo(401);
    assertThat(registry.exchanges().hostsThatReceived("s3cret")).containsExactly(registry.host());
    assertThat(registry.exchanges().authorizationsAt(registry.host()))
        .containsExactly(BASIC, "Basic ???");
    assertThat(registry.exchanges().countForBudget()).isEqualTo(1);
  }

  @Test
  void theChallengeNamesRealmServiceAndScopes() throws Exception {
    registry.requireTokens().challengePrefix("Basic realm=\"a, b\", ");

    HttpResponse<byte[]> refused =
        http.post("/v2/app/blobs/uploads/?mount=" + DIGEST + "&from=base");

    assertThat(Http.header(refused, "WWW-Authenticate"))
        .isEqualTo(
            "Basic realm=\"a, b\", Bearer realm=\"http://"
                + registry.tokenHost()
                + "/token\",service=\"fake-registry\","
                + "scope=\"repository:app:pull,push repository:base:pull\"");
  }

  @Test
  void tokensAreGoodForTheirScopesOnly() throws Exception {
    registry.requireTokens().user("ann", "s3cret").limit("base", "pull");
    registry.putBlob("base", new byte[0]);
    String token = token("scope=repository:app:pull,push&scope=repository:base:pull,push", BASIC);
    String bearer = "Bearer " + token;

    assertThat(http.get("/v2/", "Authorization", bearer).statusCode()).isEqualTo(200);
    assertThat(http.post("/v2/app/blobs/uploads/", "Authorization", bearer).statusCode())
        .isEqualTo(202);
    HttpResponse<byte[]> mount =
        http.post("/v2/app/blobs/uploads/?mount=" + DIGEST + "&from=base", "Authorization", bearer);
    assertThat(mount.statusCode()).isEqualTo(201);
    HttpResponse<byte[]> limited = http.post("/v2/base/blobs/uploads/", "Authorization", bearer);
    assertThat(limited.statusCode()).isEqualTo(401);
    assertThat(Http.header(limited, "WWW-Authenticate")).contains("insufficient_scope");
    assertThat(registry.exchanges().hostsThatReceived("s3cret"))
        .containsExactly(registry.tokenHost());
    assertThat(registry.exchanges().count(Kind.TOKEN)).isEqualTo(1);
  }

  @Test
  void aMountFromWhereTheTokenMayNotReadIsChallengedOrOpensAnUpload() throws Exception {
    registry.requireTokens().user("ann", "s3cret");
    registry.putBlob("base", new byte[0]);
    String bearer = "Bearer " + token("scope=repository:app:pull,push", BASIC);
    String mount = "/v2/app/blobs/uploads/?mount=" + DIGEST + "&from=base";

    assertThat(http.post(mount, "Authorization", bearer).statusCode()).isEqualTo(401);
    registry.options().mountSourceChallenged(false);
    assertThat(http.post(mount, "Authorization", bearer).statusCode()).isEqualTo(202);
  }

  @Test
  void tokensExpireByTheClockAndAtOnce() throws Exception {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    TokenRealm realm =
        registry
            .requireTokens()
            .user("ann", "s3cret")
            .expiresIn(60)
            .clock(Clock.fixed(start, ZoneOffset.UTC));
    String first = "Bearer " + token("scope=repository:app:pull", BASIC);
    assertThat(http.get("/v2/", "Authorization", first).statusCode()).isEqualTo(200);

    realm.clock(Clock.fixed(start.plus(Duration.ofSeconds(60)), ZoneOffset.UTC));
    assertThat(http.get("/v2/", "Authorization", first).statusCode()).isEqualTo(401);

    String second = "Bearer " + token("scope=repository:app:pull", BASIC);
    assertThat(http.get("/v2/", "Authorization", second).statusCode()).isEqualTo(200);
    assertThat(realm.expireAllTokens()).isTrue();
    HttpResponse<byte[]> expired = http.get("/v2/", "Authorization", second);
    assertThat(Http.header(expired, "WWW-Authenticate")).contains("invalid_token");
    assertThat(realm.issued()).isEqualTo(2);
  }

  @Test
  void theRealmRefusesAWrongPasswordAndGivesTheUnknownWhatIsPublic() throws Exception {
    registry.requireTokens().user("ann", "s3cret").anonymousPull(true).onlyField("access_token");
    registry.putBlob("app", new byte[0]);
    String wrong = "Basic " + Base64.getEncoder().encodeToString("ann:no".getBytes(UTF_8));

    assertThat(requestToken("scope=repository:app:pull", "Authorization", wrong).statusCode())
        .isEqualTo(401);
    JsonNode answer = json(requestToken("scope=repository:app:pull,push"));
    assertThat(answer.has("token")).isFalse();
    String bearer = "Bearer " + answer.get("access_token").asText();
    assertThat(http.get("/v2/app/blobs/" + DIGEST, "Authorization", bearer).statusCode())
        .isEqualTo(200);
    assertThat(http.post("/v2/app/blobs/uploads/", "Authorization", bearer).statusCode())
        .isEqualTo(401);
  }

  @Test
  void identityTokensAndPasswordsAreExchangedByPost() throws Exception {
    registry.requireTokens().user("ann", "s3cret").identityToken("idt", "ann");
    String form = "&client_id=test&service=fake-registry&scope=repository:app:pull,push";

    JsonNode byIdentity = json(exchange("grant_type=refresh_token&refresh_token=idt" + form));
    JsonNode byPassword =
        json(
            exchange(
                "grant_type=password&username=ann&password=s3cret&access_type=offline" + form));

    for (JsonNode answer : new JsonNode[] {byIdentity, byPassword}) {
      String bearer = "Bearer " + answer.get("access_token").asText();
      assertThat(http.post("/v2/app/blobs/uploads/", "Authorization", bearer).statusCode())
          .isEqualTo(202);
    }
    assertThat(byPassword.get("refresh_token").asText()).startsWith("identity-");
    assertThat(exchange("grant_type=refresh_token&refresh_token=no" + form).statusCode())
        .isEqualTo(401);
    registry.requireTokens().oauth(false);
    assertThat(exchange("grant_type=refresh_token&refresh_token=idt" + form).statusCode())
        .isEqualTo(404);
  }

  @Test
  void tlsIsSpokenWithACertificateThatOnlyItsClientsTrust(@TempDir Path directory)
      throws Exception {
    TestCertificates certificates = TestCertificates.create(directory);
    try (FakeRegistry secured = FakeRegistry.startTls(certificates.serverContext())) {
      HttpClient trusting =
          HttpClient.newBuilder().sslContext(certificates.clientContext()).build();

      assertThat(secured.url()).startsWith("https://127.0.0.1:");
      assertThat(new Http(secured, trusting).get("/v2/").statusCode()).isEqualTo(200);
      assertThat(
              new Http(secured, trusting)
                  .get("https://" + secured.tokenHost() + "/token")
                  .statusCode())
          .isEqualTo(200);
      assertThatThrownBy(() -> new Http(secured).get("/v2/"))
          .isInstanceOf(SSLHandshakeException.class);
      secured.plant(Fault.resetWithin(), At.request(1).andEver());
      assertThatThrownBy(() -> new Http(secured, trusting).get("/v2/"))
          .isInstanceOf(java.io.IOException.class);
    }
    Path pem = certificates.writePem(directory.resolve("ca.pem"));
    try (var in = Files.newInputStream(pem)) {
      assertThat(CertificateFactory.getInstance("X.509").generateCertificates(in)).hasSize(1);
    }
  }

  private String token(String query, String authorization) throws Exception {
    return json(requestToken(query, "Authorization", authorization)).get("token").asText();
  }

  private HttpResponse<byte[]> requestToken(String query, String... headers) throws Exception {
    return http.get(
        "http://" + registry.tokenHost() + "/token?service=fake-registry&" + query, headers);
  }

  private HttpResponse<byte[]> exchange(String form) throws Exception {
    return http.send(
        "POST", "http://" + registry.tokenHost() + "/token", BodyPublishers.ofString(form));
  }

  private static JsonNode json(HttpResponse<byte[]> response) throws Exception {
    assertThat(response.statusCode()).isEqualTo(200);
    return new ObjectMapper().readTree(response.body());
  }
}
