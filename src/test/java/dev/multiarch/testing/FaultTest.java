package dev.multiarch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault, seen from the client's side. */
@Timeout(30)
class FaultTest {
  private static final byte[] LAYER = "0123456789".repeat(10_000).getBytes(UTF_8);
  private static final String DIGEST = Digests.sha256(LAYER);
  private static final String BLOB = "/v2/app/blobs/" + DIGEST;

  private final FakeRegistry registry = FakeRegistry.start();
  private final Http http = new Http(registry);

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void resetBeforeDoesNothing() throws Exception {
    String location = http.open("app");
    PlantedFault fault = registry.plant(Fault.resetBefore(), At.kind(Kind.UPLOAD_PUT, 1).andEver());

    assertThatThrownBy(() -> http.put(location + "?digest=" + DIGEST, LAYER))
        .isInstanceOf(IOException.class);

    assertThat(registry.hasBlob("app", DIGEST)).isFalse();
    assertThat(registry.openUploads()).isEqualTo(1);
    assertThat(fault.timesApplied()).isPositive();
    assertThat(registry.exchanges().of(Kind.UPLOAD_PUT))
        .allSatisfy(exchange -> assertThat(exchange.status()).isZero())
        .allSatisfy(exchange -> assertThat(exchange.received()).isZero());
  }

  @Test
  void aResetIsAResetAndNotAnEnd() throws Exception {
    registry.plant(Fault.resetBefore(), At.request(1));

    try (Socket socket = ask("GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void resetWithinSendsHalfOfTheAnswer() throws Exception {
    registry.putBlob("app", LAYER);
    registry.plant(Fault.resetWithin(), At.request(1).times(2));

    try (Socket socket = ask("GET " + BLOB + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(socket.getInputStream().readNBytes(15))
          .isEqualTo("HTTP/1.1 200 St".getBytes(UTF_8));
      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> http.get(BLOB)).isInstanceOf(IOException.class);
  }

  @Test
  void resetAfterDoesAllAndDoesNotSay() throws Exception {
    String location = http.open("app");
    registry.plant(Fault.resetAfter(), At.kind(Kind.UPLOAD_PUT, 1).andEver());

    assertThatThrownBy(() -> http.put(location + "?digest=" + DIGEST, LAYER))
        .isInstanceOf(IOException.class);

    assertThat(registry.hasBlob("app", DIGEST)).isTrue();
    assertThat(registry.exchanges().of(Kind.UPLOAD_PUT).get(0).status()).isZero();
  }

  @Test
  void aStallEndsWithTheRegistry() throws Exception {
    PlantedFault fault = registry.plant(Fault.stall(), At.request(1));
    CompletableFuture<HttpResponse<byte[]>> pending = later(BLOB);
    fault.awaitReached();
    assertThat(pending).isNotDone();
    assertThat(registry.exchanges().all()).extracting(Exchange::status).containsExactly(0);

    registry.clearFaults();
    registry.close();

    assertThatThrownBy(pending::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aStallEndsWithItsLatchAndIsNotedByATimeout() throws Exception {
    CountDownLatch latch = new CountDownLatch(1);
    registry.plant(Fault.stallUntil(latch), At.request(1));
    java.net.http.HttpRequest request =
        http.request("GET", "/v2/", BodyPublishers.noBody()).timeout(Duration.ofMillis(50)).build();

    assertThatThrownBy(() -> HttpClient.newHttpClient().send(request, BodyHandlers.discarding()))
        .isInstanceOf(HttpTimeoutException.class);
    latch.countDown();
    assertThat(http.get("/v2/").statusCode()).isEqualTo(200);
  }

  @Test
  void aStallAfterTheDeedHasDoneIt() throws Exception {
    PlantedFault fault = registry.plant(Fault.stallAfter(), At.kind(Kind.UPLOAD_POST, 1));
    CompletableFuture<?> pending =
        HttpClient.newHttpClient()
            .sendAsync(
                http.request("POST", "/v2/app/blobs/uploads/", BodyPublishers.noBody()).build(),
                BodyHandlers.discarding());

    fault.awaitApplied();

    assertThat(registry.openUploads()).isEqualTo(1);
    assertThat(pending).isNotDone();
  }

  @Test
  void aStatusIsAnsweredAndNothingDone() throws Exception {
    registry.plant(Fault.status(503), At.request(1));
    registry.plant(Fault.tooManyRequests(7), At.request(2));
    registry.plant(Fault.tooManyRequestsUntil(Instant.EPOCH), At.request(3));
    registry.plant(Fault.status(502, Map.of(), "<html>".getBytes(UTF_8)), At.request(4));

    HttpResponse<byte[]> unavailable = http.post("/v2/app/blobs/uploads/");
    HttpResponse<byte[]> seconds = http.get("/v2/");
    HttpResponse<byte[]> date = http.get("/v2/");
    HttpResponse<byte[]> proxy = http.get("/v2/");

    assertThat(unavailable.statusCode()).isEqualTo(503);
    assertThat(Http.text(unavailable)).contains("\"errors\"");
    assertThat(registry.openUploads()).isZero();
    assertThat(seconds.statusCode()).isEqualTo(429);
    assertThat(Http.header(seconds, "Retry-After")).isEqualTo("7");
    assertThat(Http.header(date, "Retry-After")).isEqualTo("Thu, 01 Jan 1970 00:00:00 GMT");
    assertThat(Http.text(proxy)).isEqualTo("<html>");
    assertThat(http.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void aStatusBeforeTheBodyWasReadEndsTheConnection() throws Exception {
    registry.plant(Fault.statusUnread(413), At.request(1));

    try (Socket socket = ask("PUT " + BLOB + " HTTP/1.1\r\nContent-Length: 10\r\n\r\n")) {
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 413").contains("Connection: close");
    }
  }

  @Test
  void aCutBodyIsShorterThanAnnounced() throws Exception {
    registry.putBlob("app", LAYER);
    registry.plant(Fault.cutBody(), At.request(1).times(2));

    try (Socket socket = ask("GET " + BLOB + " HTTP/1.1\r\nHost: x\r\n\r\n")) {
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, UTF_8)).contains("Content-Length: " + LAYER.length);
      assertThat(answer.length).isBetween(LAYER.length / 2, LAYER.length / 2 + 500);
    }
    assertThatThrownBy(() -> http.get(BLOB)).isInstanceOf(IOException.class);
  }

  @Test
  void contentIsFalsified() throws Exception {
    registry.putBlob("app", LAYER);
    registry.plant(Fault.wrongDigest(), At.request(1));
    registry.plant(Fault.wrongBytes(), At.request(2));
    registry.plant(Fault.wrongSize(3), At.request(3));
    registry.plant(Fault.wrongSize(-3), At.request(4));
    registry.plant(Fault.wrongMediaType("text/html"), At.request(5));
    registry.plant(Fault.wrongSize(1), At.request(6));

    assertThat(Http.header(http.get(BLOB), "Docker-Content-Digest"))
        .isNotEqualTo(DIGEST)
        .startsWith("sha256:");
    byte[] bytes = http.get(BLOB).body();
    assertThat(bytes).hasSameSizeAs(LAYER).isNotEqualTo(LAYER);
    assertThat(http.get(BLOB).body()).hasSize(LAYER.length + 3).startsWith(LAYER);
    assertThat(http.get(BLOB).body()).isEqualTo(Arrays.copyOf(LAYER, LAYER.length - 3));
    assertThat(Http.header(http.get(BLOB), "Content-Type")).isEqualTo("text/html");
    assertThat(Http.header(http.head(BLOB), "Content-Length")).isEqualTo("" + (LAYER.length + 1));
    assertThat(http.get(BLOB).body()).isEqualTo(LAYER);
  }

  @Test
  void aFaultThatFindsNothingToSpoilIsReachedButNotApplied() throws Exception {
    PlantedFault cut = registry.plant(Fault.cutBody(), At.request(1));
    PlantedFault never = registry.plant(Fault.cutBody(), At.request(9));

    assertThat(http.get(BLOB).statusCode()).isEqualTo(404);

    assertThat(cut.timesReached()).isEqualTo(1);
    assertThat(cut.timesApplied()).isZero();
    assertThat(never.timesReached()).isZero();
  }

  @Test
  void aSessionIsLostInItsMiddleOrAtOnce() throws Exception {
    registry.plant(Fault.loseSession(), At.kind(Kind.UPLOAD_PATCH, 1));
    registry.plant(Fault.loseSession(), At.kind(Kind.UPLOAD_POST, 2));

    HttpResponse<byte[]> patch = http.patch(http.open("app"), LAYER);
    HttpResponse<byte[]> put = http.put(http.open("app") + "?digest=" + DIGEST, LAYER);

    assertThat(patch.statusCode()).isEqualTo(404);
    assertThat(Http.text(patch)).contains("BLOB_UPLOAD_UNKNOWN");
    assertThat(put.statusCode()).isEqualTo(404);
    assertThat(registry.openUploads()).isZero();
  }

  @Test
  void aDelayedRequestHappensLateAndADelayedAnswerComesLate() throws Exception {
    CountDownLatch request = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    registry.putBlob("app", LAYER);
    PlantedFault first = registry.plant(Fault.delay(request), At.request(1));
    PlantedFault second = registry.plant(Fault.delayAnswer(answer), At.request(2));
    CompletableFuture<HttpResponse<byte[]>> missed = later(BLOB);
    first.awaitApplied();
    CompletableFuture<HttpResponse<byte[]>> found = later(BLOB);
    second.awaitApplied();

    registry.delete("app", DIGEST);
    request.countDown();
    answer.countDown();

    assertThat(missed.get().statusCode()).isEqualTo(404);
    assertThat(found.get().body()).isEqualTo(LAYER);
  }

  @Test
  void aTruncatedUploadCanBeResumed() throws Exception {
    String location = http.open("app");
    registry.plant(Fault.truncateUpload(), At.kind(Kind.UPLOAD_PATCH, 1));
    int half = LAYER.length / 2;

    assertThatThrownBy(() -> http.patch(location, LAYER)).isInstanceOf(IOException.class);
    assertThat(Http.header(http.get(location), "Range")).isEqualTo("0-" + (half - 1));
    byte[] rest = Arrays.copyOfRange(LAYER, half, LAYER.length);
    String range = half + "-" + (LAYER.length - 1);
    assertThat(http.patch(location, rest, "Content-Range", range).statusCode()).isEqualTo(202);
    HttpResponse<byte[]> put = http.put(location + "?digest=" + DIGEST, new byte[0]);
    assertThat(put.statusCode()).isEqualTo(201);
  }

  @Test
  void anUploadThatItsClientBreaksOffKeepsWhatHadCome() throws Exception {
    String location = http.open("app");

    try (Socket socket = ask("PATCH " + location + " HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc")) {
      socket.shutdownOutput();
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
    }

    assertThat(Http.header(http.get(location), "Range")).isEqualTo("0-2");
  }

  @Test
  void aRedirectIsAnswered() throws Exception {
    registry.plant(Fault.redirect("http://" + registry.storageHost() + "/x"), At.request(1));

    HttpResponse<byte[]> post = http.post("/v2/app/blobs/uploads/");

    assertThat(post.statusCode()).isEqualTo(307);
    assertThat(Http.location(post)).isEqualTo("http://" + registry.storageHost() + "/x");
  }

  @Test
  void tokensExpireInTheMiddle() throws Exception {
    registry.requireTokens().anonymousPull(true);
    String answer = Http.text(http.get("http://" + registry.tokenHost() + "/token"));
    String token = answer.replaceAll(".*\"token\":\"([^\"]+)\".*", "$1");
    PlantedFault fault = registry.plant(Fault.expireTokens(), At.request(2));

    assertThat(http.get("/v2/", "Authorization", "Bearer " + token).statusCode()).isEqualTo(200);
    HttpResponse<byte[]> expired = http.get("/v2/", "Authorization", "Bearer " + token);

    assertThat(Http.header(expired, "WWW-Authenticate")).contains("invalid_token");
    assertThat(fault.timesApplied()).isEqualTo(1);
  }

  @Test
  void aRestartLosesSessionsAndConnectionsAndKeepsContent() throws Exception {
    registry.putBlob("app", LAYER);
    String location = http.open("app");
    registry.plant(Fault.restart(), At.kind(Kind.UPLOAD_PATCH, 1));

    assertThatThrownBy(() -> http.patch(location, LAYER)).isInstanceOf(IOException.class);

    assertThat(http.get(location).statusCode()).isEqualTo(404);
    assertThat(http.get(BLOB).body()).isEqualTo(LAYER);
    assertThat(registry.connections()).isEqualTo(2);
  }

  @Test
  void tokenRequestsAreCountedOnWish() throws Exception {
    PlantedFault without = registry.plant(Fault.status(500), At.request(2));
    PlantedFault with = registry.plant(Fault.status(502), At.requestOrToken(2));

    assertThat(http.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(http.get("http://" + registry.tokenHost() + "/token").statusCode()).isEqualTo(502);
    assertThat(http.get("/v2/").statusCode()).isEqualTo(500);
    assertThat(without.timesApplied() + with.timesApplied()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("dev.multiarch.testing.Fault#catalogue")
  void everyFaultCanStrikeEveryRequestOfAPushAndLeavesTheRegistryAtWork(Fault fault)
      throws Exception {
    for (int k = 1; k <= 4; k++) {
      try (FakeRegistry fresh = FakeRegistry.start()) {
        fresh.plant(fault, At.request(k));
        pushOrFail(new Http(fresh), Duration.ofMillis(200));
        fresh.clearFaults();

        assertThat(pushOrFail(new Http(fresh), Duration.ofSeconds(20)))
            .as("%s at %d", fault, k)
            .isTrue();
        assertThat(fresh.blob("app", DIGEST)).contains(LAYER);
      }
    }
  }

  /** Four requests without any care for faults; tells whether the blob came back. */
  private static boolean pushOrFail(Http http, Duration patience) throws InterruptedException {
    try {
      HttpResponse<byte[]> post =
          http.sendOrTimeout(patience, "POST", "/v2/app/blobs/uploads/", new byte[0]);
      String location = post.headers().firstValue("Location").orElse("/nowhere");
      http.sendOrTimeout(patience, "PATCH", location, LAYER);
      http.sendOrTimeout(patience, "PUT", location + "?digest=" + DIGEST, new byte[0]);
      return Arrays.equals(http.sendOrTimeout(patience, "GET", BLOB, new byte[0]).body(), LAYER);
    } catch (IOException fault) {
      return false;
    }
  }

  private CompletableFuture<HttpResponse<byte[]>> later(String path) {
    return HttpClient.newHttpClient()
        .sendAsync(
            http.request("GET", path, BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
  }

  private Socket ask(String text) throws IOException {
    int port = Integer.parseInt(registry.host().substring(registry.host().indexOf(':') + 1));
    Socket socket = new Socket("127.0.0.1", port);
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(UTF_8));
    out.flush();
    return socket;
  }
}
