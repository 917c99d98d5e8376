package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.store.Store;
import dev.multiarch.testing.FakeRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.FutureTask;
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
      try (Registries registries = new Registries(RegistryOptions.defaults())) {
        talk.with(registries.repository("127.0.0.1:" + server.getLocalPort(), "app"));
      }
    }
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
}
