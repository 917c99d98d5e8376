package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.store.Store;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Proxies between here and a registry, and what they are shown. */
@Timeout(30)
class ProxyTest {

  private static final String PASSWORD = "pr0xy-p4ssword";

  @TempDir Path folder;

  /** What the proxy answers to whom it does not know. */
  private volatile String refusal =
      "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n"
          + "Connection: close\r\n\r\n";

  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private ServerSocket proxy;

  @BeforeEach
  void start() throws IOException {
    proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(
        () -> {
          while (true) {
            Socket client = proxy.accept();
            daemon(() -> serve(client));
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // The test is over, or one side has closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes one request, wants a credential, and pipes all that follows to the registry. */
  private void serve(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    heads.add(head.toString());
    OutputStream out = client.getOutputStream();
    if (!head.toString().contains("Proxy-Authorization:")) {
      out.write(refusal.getBytes(ISO_8859_1));
      in.transferTo(said);
      client.close();
      return;
    }
    String target = head.toString().split(" ")[1].replaceFirst("^http://", "").split("/")[0];
    Socket registry =
        new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(target.split(":")[1]));
    if (head.toString().startsWith("CONNECT")) {
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
    } else {
      registry
          .getOutputStream()
          .write(
              head.toString()
                  .replaceFirst("http://[^/]*", "")
                  .replaceFirst("(?i)Proxy-Authorization:[^\r]*\r\n", "")
                  .getBytes(ISO_8859_1));
    }
    daemon(() -> in.transferTo(registry.getOutputStream()));
    registry.getInputStream().transferTo(out);
  }

  private ProxySelector selector() {
    return ProxySelector.of(new InetSocketAddress("127.0.0.1", proxy.getLocalPort()));
  }

  private RegistryOptions options() {
    return RegistryOptions.defaults().withProxies(selector());
  }

  private RegistryOptions withCredentials() {
    return RegistryOptions.defaults()
        .withProxies(
            selector(),
            at ->
                at.getPort() == proxy.getLocalPort()
                    ? Optional.of(new PasswordAuthentication("proxy-user", PASSWORD.toCharArray()))
                    : Optional.empty());
  }

  private static Store open(FakeRegistry registry, RegistryOptions options) {
    return new Registries(options).repository(registry.host(), "app");
  }

  @Test
  void aProxyIsShownItsCredentialAndTheRegistryIsNot() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      assertThat(open(registry, withCredentials()).resolve("1")).isEmpty();
      assertThat(registry.exchanges().hostsThatReceived(PASSWORD)).isEmpty();
      assertThat(registry.exchanges().where(e -> e.header("Proxy-Authorization").isPresent()))
          .isEmpty();
    }
    assertThat(heads).anyMatch(head -> head.contains("Proxy-Authorization: Basic"));
  }

  @Test
  void aTunnelIsOpenedWithTheCredentialOfTheProxyWhichTheRegistryDoesNotSee() throws Exception {
    TestCertificates certificates = TestCertificates.create(folder);
    Path bundle = certificates.writePem(folder.resolve("ca.pem"));
    try (FakeRegistry registry = FakeRegistry.startTls(certificates.serverContext())) {
      RegistryOptions options = withCredentials().withCaBundles(Map.of(registry.host(), bundle));
      assertThat(open(registry, options).resolve("1")).isEmpty();
      assertThat(registry.exchanges().all()).hasSize(1);
      assertThat(registry.exchanges().hostsThatReceived(PASSWORD)).isEmpty();
      assertThat(heads)
          .singleElement()
          .asString()
          .startsWith("CONNECT " + registry.host() + " HTTP/1.1\r\n")
          .contains("Proxy-Authorization: Basic");
    }
  }

  @Test
  void aProxyThatWantsToKnowWhoAsksForATunnelIsNamed() {
    // Not known to be this machine, or plain HTTP would be tried first.
    assertThatThrownBy(() -> new Registries(options()).repository("0.0.0.0:1", "app").resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("407");
    assertThat(heads).singleElement().asString().startsWith("CONNECT 0.0.0.0:1");
  }

  @Test
  void aProxyThatWantsToKnowWhoAsksIsNamed() {
    try (FakeRegistry registry = FakeRegistry.start()) {
      assertThatThrownBy(() -> open(registry, options()).resolve("1"))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("407");
    }
  }

  /** Anybody between here and the proxy could say it. */
  @Test
  void whatAProxySaysInPlaceOfATunnelIsNotTheRegistrysWord() {
    refusal =
        "HTTP/1.1 401 Who?\r\nWWW-Authenticate: Bearer realm=\"https://0.0.0.0:2/token\"\r\n"
            + "Content-Length: 0\r\n\r\n";
    assertThatThrownBy(() -> oneAttempt().repository("0.0.0.0:1", "app").resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("does not open a tunnel to 0.0.0.0:1")
        .hasMessageContaining("401");
    assertThat(heads).singleElement().asString().startsWith("CONNECT 0.0.0.0:1");
    assertThat(said.toString(ISO_8859_1)).isEmpty();
  }

  @Test
  void aConnectionWhoseTunnelWasRefusedIsNotUsedForTheNextRequest() {
    refusal = "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n";
    Registries registries =
        new Registries(
            options()
                .withRetries(
                    new RegistryOptions.Retries(
                        2, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(1))));
    assertThatThrownBy(() -> registries.repository("0.0.0.0:1", "app").resolve("1"))
        .hasMessageContaining("503");
    assertThat(heads).hasSize(2).allMatch(head -> head.startsWith("CONNECT"));
    assertThat(said.toString(ISO_8859_1)).isEmpty();
  }

  @Test
  void whatComesBehindTheAnswerOfAProxyIsNotTakenForEncrypted() {
    refusal =
        "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nDocker-Content-Digest: sha256:"
            + "0".repeat(64)
            + "\r\nContent-Length: 0\r\n\r\n";
    assertThatThrownBy(() -> oneAttempt().repository("0.0.0.0:1", "app").resolve("1"))
        .hasMessageContaining("more than that the tunnel is open");
    assertThat(said.toString(ISO_8859_1)).isEmpty();
  }

  private Registries oneAttempt() {
    return new Registries(
        options()
            .withRetries(
                new RegistryOptions.Retries(
                    1, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(1))));
  }
}
