package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.store.Store;
import dev.multiarch.testing.Event;
import dev.multiarch.testing.FakeRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections are used again, and none outlives the build. */
@Timeout(30)
class ConnectionsTest {

  @Test
  void noConnectionIsLeftAtTheEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Registries registries = new Registries(RegistryOptions.defaults());
      registries.repository(registry.host(), "app").resolve("1");
      assertThat(registries.isAlive()).isTrue();
      registries.close();
      assertThat(registries.isAlive()).isFalse();
    }
  }

  @Test
  void nothingIsConnectedToAfterTheEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Registries registries = new Registries(RegistryOptions.defaults());
      registries.close();
      assertThatThrownBy(() -> registries.repository(registry.host(), "app").resolve("1"))
          .hasMessageContaining("the build is over");
      assertThat(registry.exchanges().all()).isEmpty();
      assertThat(registries.isAlive()).isFalse();
    }
  }

  /** A server that answers in its own words, one connection after the other. */
  private static void scripted(Script script, Talk talk) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      serve(server, script);
      try (Registries registries = new Registries(RegistryOptions.defaults())) {
        talk.with(registries.repository("127.0.0.1:" + server.getLocalPort(), "app"));
      }
    }
  }

  private static void serve(ServerSocket server, Script script) {
    FutureTask<Void> serving =
        new FutureTask<>(
            () -> {
              for (int n = 1; ; n++) {
                try (Socket client = server.accept()) {
                  script.serve(n, client);
                }
              }
            });
    Thread thread = new Thread(serving);
    thread.setDaemon(true);
    thread.start();
  }

  private interface Script {
    void serve(int connection, Socket client) throws IOException;
  }

  private interface Talk {
    void with(Store store) throws Exception;
  }

  private static String head(Socket client) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void say(Socket client, String answer) throws IOException {
    client.getOutputStream().write(answer.getBytes(ISO_8859_1));
  }

  private static String found(char digit) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.oci.image.index.v1+json\r\n"
        + ("Docker-Content-Digest: sha256:" + String.valueOf(digit).repeat(64) + "\r\n")
        + "Content-Length: 100\r\n\r\n";
  }

  @Test
  void whatNobodyAskedForIsNotTheNextAnswer() throws Exception {
    scripted(
        (n, client) -> {
          head(client);
          say(client, n == 1 ? found('a') + found('b') : found('c'));
          head(client);
        },
        store -> {
          assertThat(store.resolve("1").orElseThrow().digest().hex()).startsWith("aaa");
          assertThat(store.resolve("2").orElseThrow().digest().hex()).startsWith("ccc");
        });
  }

  @Test
  void anAnswerOnTheWayToTheAnswerIsPassedOver() throws Exception {
    scripted(
        (n, client) -> {
          head(client);
          say(client, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + found('a'));
          head(client);
        },
        store -> assertThat(store.resolve("1").orElseThrow().digest().hex()).startsWith("aaa"));
  }

  // ---- answers that come while a body is sent

  private static final int LARGE = 64 << 20;

  /** Sends a large body and then a small one, and says what was answered. */
  private static List<Integer> sendTwo(Script script) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      serve(server, script);
      Connections connections = new Connections(RegistryOptions.defaults(), Time.system());
      Wire wire = new Wire(connections, RegistryOptions.defaults());
      URI address = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
      for (int size : new int[] {LARGE, 3}) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Payload payload = Payload.of(new byte[size]);
        try (Answer answer = wire.exchange("PUT", address, Map.of(), payload, deadline)) {
          statuses.add(answer.status());
        }
      }
      connections.end();
    }
    return statuses;
  }

  private static long readToEnd(Socket client, long most) throws IOException {
    byte[] buffer = new byte[1 << 20];
    long sum = 0;
    while (sum < most) {
      int n = client.getInputStream().read(buffer);
      if (n < 0) {
        return sum;
      }
      sum += n;
    }
    return sum;
  }

  /** The rest of the body would pass for the next request. */
  @Test
  void aBodyThatNobodyWantsIsNotSentToItsEndAndTheConnectionNotUsedAgain() throws Exception {
    AtomicLong arrived = new AtomicLong();
    List<Integer> statuses =
        sendTwo(
            (n, client) -> {
              head(client);
              say(client, "HTTP/1.1 " + (n == 1 ? 413 : 201) + "\r\nContent-Length: 0\r\n\r\n");
              if (n == 1) {
                arrived.set(readToEnd(client, LARGE));
              }
            });
    assertThat(statuses).containsExactly(413, 201);
    assertThat(arrived.get()).isLessThan(LARGE);
  }

  @Test
  void aServerThatHangsUpInTheMiddleIsNotSentTheRest() throws Exception {
    CompletableFuture<Long> arrived = new CompletableFuture<>();
    assertThatThrownBy(
            () ->
                sendTwo(
                    (n, client) -> {
                      head(client);
                      client.shutdownOutput();
                      arrived.complete(readToEnd(client, LARGE));
                    }))
        .hasMessageContaining("hung up");
    assertThat(arrived.get()).isLessThan(LARGE);
  }

  @Test
  void aServerThatSaysThatItGoesOnGetsTheWholeBody() throws Exception {
    AtomicLong arrived = new AtomicLong();
    List<Integer> statuses =
        sendTwo(
            (n, client) -> {
              head(client);
              say(client, "HTTP/1.1 100 Continue\r\n\r\n");
              arrived.set(readToEnd(client, LARGE));
              say(client, "HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n");
              head(client);
              say(client, "HTTP/1.1 202\r\nContent-Length: 0\r\n\r\n");
              readToEnd(client, 3);
            });
    assertThat(statuses).containsExactly(201, 202);
    assertThat(arrived.get()).isEqualTo(LARGE);
  }

  /** A server may end a connection that it has said nothing about. */
  @Test
  void aConnectionThatEndedMeanwhileIsNotUsedAgain() throws Exception {
    AtomicInteger connections = new AtomicInteger();
    List<Integer> statuses =
        sendTwo(
            (n, client) -> {
              connections.set(n);
              head(client);
              readToEnd(client, n == 1 ? LARGE : 3);
              say(client, "HTTP/1.1 201\r\nContent-Length: 0\r\n\r\n");
            });
    assertThat(statuses).containsExactly(201, 201);
    assertThat(connections).hasValue(2);
  }

  /** Not at once, and only then: what happens at the server takes its time on the way. */
  private static void assertSoonNotQuiet(Script happens) throws Exception {
    Event wasQuiet = new Event();
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      serve(
          server,
          (n, client) -> {
            wasQuiet.await();
            happens.serve(n, client);
            head(client);
          });
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      Connection connection =
          Connection.open(
              "127.0.0.1", server.getLocalPort(), RegistryOptions.defaults().timeouts(), deadline);
      for (int time = 1; time <= 3; time++) {
        assertThat(connection.isQuiet()).isTrue();
      }
      wasQuiet.happened();
      boolean quiet = true;
      while (quiet && System.nanoTime() < deadline) {
        quiet = connection.isQuiet();
      }
      connection.close();
      assertThat(quiet).isFalse();
    }
  }

  @Test
  void oneThatEndedIsNotQuiet() throws Exception {
    assertSoonNotQuiet((n, client) -> client.shutdownOutput());
  }

  @Test
  void norIsOneOnWhichSomethingWasSaidUnasked() throws Exception {
    assertSoonNotQuiet((n, client) -> say(client, found('a')));
  }

  /** A network between may have forgotten them without a word. */
  @Test
  void aConnectionThatRestedForLongIsNotUsedAgain() throws IOException {
    TestTime time = new TestTime();
    try (FakeRegistry registry = FakeRegistry.start();
        Registries registries = new Registries(RegistryOptions.defaults(), time)) {
      Store app = registries.repository(registry.host(), "app");
      app.resolve("1");
      time.advance(Duration.ofSeconds(59));
      app.resolve("2");
      assertThat(registry.connections()).isEqualTo(1);
      time.advance(Duration.ofSeconds(61));
      app.resolve("3");
      assertThat(registry.connections()).isEqualTo(2);
    }
  }
}
