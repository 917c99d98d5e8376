package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

/** What we write another implementation reads, and the other way round. */
class HttpPeerTest {

  private static final int RUNS = 1000;
  private static final String VALUE_CHARACTERS = "abcXYZ0189 ,;:=\"'/\\\t()<>@{}[]?\u00e9";

  /** The other side of a connection, with what it hears and what it says in memory. */
  private static final class Memory extends Socket {

    private final InputStream in;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Memory(byte[] heard) {
      this.in = new ByteArrayInputStream(heard);
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
      return null;
    }
  }

  private static DefaultBHttpServerConnection server(Memory memory) throws IOException {
    var server = new DefaultBHttpServerConnection("http", Http1Config.DEFAULT);
    server.bind(memory);
    return server;
  }

  private static Map<String, String> headers(Random random) {
    Map<String, String> headers = new LinkedHashMap<>();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      StringBuilder value = new StringBuilder();
      for (int length = random.nextInt(40); length > 0; length--) {
        value.append(VALUE_CHARACTERS.charAt(random.nextInt(VALUE_CHARACTERS.length())));
      }
      headers.put("X-" + i, value.toString().strip());
    }
    return headers;
  }

  private static byte[] content(Random random) {
    byte[] content = new byte[random.nextInt(random.nextBoolean() ? 20 : 100_000)];
    random.nextBytes(content);
    return content;
  }

  @Test
  void itReadsOurRequests() throws IOException, HttpException {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Map<String, String> headers = headers(random);
      byte[] content = content(random);
      headers.put("Host", "registry.example.com");
      headers.put("Content-Length", Integer.toString(content.length));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new Http(InputStream.nullInputStream(), out)
          .send(
              new Http.Request("PUT", "/v2/a%20b/blobs?x=" + seed, headers),
              new ByteArrayInputStream(content),
              (sent, more) -> true);

      DefaultBHttpServerConnection server = server(new Memory(out.toByteArray()));
      ClassicHttpRequest request = server.receiveRequestHeader();
      server.receiveRequestEntity(request);
      assertThat(request.getMethod()).isEqualTo("PUT");
      assertThat(request.getRequestUri()).isEqualTo("/v2/a%20b/blobs?x=" + seed);
      Map<String, String> heard = new LinkedHashMap<>();
      for (Header header : request.getHeaders()) {
        heard.put(header.getName(), header.getValue());
      }
      assertThat(heard).as("seed %d", seed).isEqualTo(headers);
      assertThat(request.getEntity().getContent().readAllBytes()).isEqualTo(content);
    }
  }

  @Test
  void weReadItsAnswers() throws IOException, HttpException {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      Map<String, String> headers = headers(random);
      byte[] content = content(random);
      boolean isChunked = random.nextBoolean();
      Memory memory = new Memory(new byte[0]);
      DefaultBHttpServerConnection server = server(memory);
      ClassicHttpResponse response = new BasicClassicHttpResponse(200 + random.nextInt(4));
      headers.forEach(response::setHeader);
      response.setHeader(
          isChunked ? "Transfer-Encoding" : "Content-Length",
          isChunked ? "chunked" : Integer.toString(content.length));
      response.setEntity(
          new InputStreamEntity(
              new ByteArrayInputStream(content), isChunked ? -1 : content.length, null));
      server.sendResponseHeader(response);
      server.sendResponseEntity(response);
      server.flush();

      Http http =
          new Http(
              new ByteArrayInputStream(memory.out.toByteArray()), OutputStream.nullOutputStream());
      Http.Head head = http.receive();
      assertThat(head.status()).isEqualTo(response.getCode());
      headers.forEach(
          (name, value) -> assertThat(head.headers()).containsEntry(name, List.of(value)));
      assertThat(http.body(head).readAllBytes()).as("seed %d", seed).isEqualTo(content);
      assertThat(Http.isKeptAlive("GET", head)).isTrue();
      assertThat(http.hasMore()).isFalse();
    }
  }
}
