package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over a connection and comes back, byte by byte. */
class HttpTest {

  private static final String OK = "HTTP/1.1 200 OK\r\n";

  private static Http answering(String answer) {
    return new Http(
        new ByteArrayInputStream(answer.getBytes(ISO_8859_1)), OutputStream.nullOutputStream());
  }

  private static String body(String answer) throws IOException {
    Http http = answering(answer);
    return text(http.body(http.receive()));
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  // ---- requests

  /** Notes each write by itself. */
  private static final class Writes extends OutputStream {

    private final List<String> all = new ArrayList<>();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      all.add(new String(bytes, offset, length, ISO_8859_1));
    }
  }

  private static Http.Request put(Map<String, String> headers) {
    return new Http.Request("PUT", "/v2/app?a=b", headers);
  }

  @Test
  void aRequestWithoutABodyIsItsHead() throws IOException {
    Writes writes = new Writes();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "registry.example.com");
    headers.put("Accept", "a, b");
    new Http(InputStream.nullInputStream(), writes).send(put(headers));
    assertThat(writes.all)
        .containsExactly(
            "PUT /v2/app?a=b HTTP/1.1\r\nHost: registry.example.com\r\nAccept: a, b\r\n\r\n");
  }

  @Test
  void aValueDoesNotBeginAnotherHeader() throws IOException {
    Writes writes = new Writes();
    new Http(InputStream.nullInputStream(), writes)
        .send(put(Map.of("Authorization", "Bearer a\r\nHost: evil\u0000\tb")));
    assertThat(writes.all)
        .containsExactly(
            "PUT /v2/app?a=b HTTP/1.1\r\nAuthorization: Bearer a  Host: evil \tb\r\n\r\n");
  }

  @Test
  void aSmallBodyGoesWithItsHead() throws IOException {
    Writes writes = new Writes();
    new Http(InputStream.nullInputStream(), writes)
        .send(
            put(Map.of("Content-Length", "5")),
            new ByteArrayInputStream("12345".getBytes(ISO_8859_1)),
            (sent, more) -> true);
    assertThat(writes.all)
        .containsExactly("PUT /v2/app?a=b HTTP/1.1\r\nContent-Length: 5\r\n\r\n12345", "");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_000, 65_535, 65_536, 200_000})
  void aBodyArrivesWhateverItsSize(int size) throws IOException {
    byte[] content = RegistryFiles.bytes(size);
    Writes writes = new Writes();
    List<Long> asked = new ArrayList<>();
    new Http(InputStream.nullInputStream(), writes)
        .send(
            put(Map.of()),
            new ByteArrayInputStream(content),
            (sent, more) -> asked.add(sent + more));
    String all = String.join("", writes.all);
    assertThat(all).isEqualTo("PUT /v2/app?a=b HTTP/1.1\r\n\r\n" + new String(content, ISO_8859_1));
    assertThat(asked).isSorted();
    assertThat(asked.isEmpty() ? 0 : asked.get(asked.size() - 1)).isEqualTo(size);
  }

  @Test
  void aBodyEndsWhereNobodyWantsMore() throws IOException {
    Writes writes = new Writes();
    new Http(InputStream.nullInputStream(), writes)
        .send(
            put(Map.of()),
            new ByteArrayInputStream(new byte[1_000_000]),
            (sent, more) -> sent < 300_000);
    assertThat(String.join("", writes.all).length()).isBetween(300_000, 400_000);
  }

  // ---- heads

  @Test
  void aHeadHasItsStatusAndItsHeaders() throws IOException {
    Http.Head head =
        answering(
                "HTTP/1.0 404 Not Found\r\nA: 1\r\nb:2 \r\nFolded: x\r\n  y\r\n\tz\r\nEmpty:\r\n"
                    + "B : 3\r\nC\u00e9: \u00e9\r\n\r\n")
            .receive();
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.minor()).isZero();
    assertThat(head.headers())
        .isEqualTo(
            Map.of(
                "A", List.of("1"),
                "b", List.of("2", "3"),
                "C\u00e9", List.of("\u00e9"),
                "Empty", List.of(""),
                "Folded", List.of("x y z")));
    assertThat(head.headers()).containsKey("B").containsKey("fOLDED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 204\n\n", "HTTP/1.1 204 \r\n\n", "HTTP/1.1 204 No\n\r\n"})
  void aLineNeedNotHaveACarriageReturnNorAStatusAReason(String answer) throws IOException {
    assertThat(answering(answer).receive().status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nA: 1\r\n",
        "HTTP/1.1 200 OK",
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1x200 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded into nothing\r\n\r\n",
        "\u0015\u0003\u0003\u0000\u0002"
      })
  void whatIsNoHeadIsSaidToBeNone(String answer) {
    assertThatThrownBy(() -> answering(answer).receive())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("it ");
  }

  @Test
  void noServerFillsTheMemory() {
    assertThatThrownBy(() -> answering(OK + "A: " + "a".repeat(70_000)).receive())
        .hasMessageContaining("line of more than 65536 bytes");
    assertThatThrownBy(() -> answering(OK + "A: 1\r\n".repeat(501)).receive())
        .hasMessageContaining("more than 500 headers");
    assertThatThrownBy(
            () -> body(OK + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "A: 1\r\n".repeat(501)))
        .hasMessageContaining("more than 500 headers");
  }

  // ---- bodies

  @Test
  void aBodyIsAsLongAsItSays() throws IOException {
    assertThat(body(OK + "Content-Length: 3\r\n\r\nabcdef")).isEqualTo("abc");
    assertThat(body(OK + "Content-Length: 0\r\n\r\nabc")).isEmpty();
    assertThat(body(OK + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabcd")).isEqualTo("abc");
    assertThat(body(OK + "\r\nabcdef")).isEqualTo("abcdef");
  }

  @Test
  void chunksAreJoined() throws IOException {
    String coded = OK + "Transfer-Encoding: Chunked\r\nContent-Length: 99\r\n\r\n";
    assertThat(body(coded + "3\r\nabc\r\n0A ; x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\nrest"))
        .isEqualTo("abc0123456789");
    assertThat(body(coded + "0\r\n\r\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\n\r\nabc",
        "Content-Length: -1\r\n\r\nabc",
        "Content-Length: +1\r\n\r\nabc",
        "Content-Length: x\r\n\r\nabc",
        "Content-Length:\r\n\r\nabc",
        "Content-Length: 99999999999999999999\r\n\r\nabc",
        "Content-Length: 9223372036854775807\r\n\r\nabc",
        "Content-Length: 3\r\nContent-Length: 2\r\n\r\nabc",
        "Transfer-Encoding: gzip\r\n\r\nabc",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-1\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc"
      })
  void aBodyThatIsCutOrWronglyFramedDoesNotPassForWhole(String rest) {
    assertThatThrownBy(() -> body(OK + rest))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("(it|a chunk) .*");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 200, true",
    "HEAD, 200, false",
    "PUT, 201, true",
    "GET, 204, false",
    "GET, 304, false",
    "CONNECT, 200, false",
    "CONNECT, 407, true",
    "GET, 404, true"
  })
  void someAnswersHaveNoBody(String method, int status, boolean expected) throws IOException {
    Http.Head head = answering("HTTP/1.1 " + status + "\r\n\r\n").receive();
    assertThat(Http.hasBody(method, head)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, 1, Content-Length: 3, true",
    "GET, 1, Transfer-Encoding: chunked, true",
    "GET, 1, A: b, false",
    "HEAD, 1, A: b, true",
    "GET, 1, Content-Length: 3|Transfer-Encoding: chunked, false",
    "GET, 1, Content-Length: 3|Connection: close, false",
    "HEAD, 1, 'Connection: x, CLOSE', false",
    "GET, 0, Content-Length: 3, false",
    "GET, 0, Content-Length: 3|Connection: Keep-Alive, true",
    "GET, 0, Transfer-Encoding: chunked|Connection: Keep-Alive, false"
  })
  void aConnectionServesAgainUnlessItsEndMeantSomething(
      String method, int minor, String headers, boolean expected) throws IOException {
    String head = "HTTP/1." + minor + " 200\r\n" + headers.replace("|", "\r\n") + "\r\n\r\n";
    assertThat(Http.isKeptAlive(method, answering(head).receive())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"A: b, true", "Content-Length: 0, true", "Content-Length: 5, false"})
  void anAnswerWithoutABodyThatSpeaksOfOneIsTheLast(String header, boolean expected)
      throws IOException {
    Http.Head head = answering("HTTP/1.1 204\r\n" + header + "\r\n\r\n").receive();
    assertThat(Http.isKeptAlive("PUT", head)).isEqualTo(expected);
  }

  // ---- however it is cut

  /** Gives as few bytes at a time as it pleases. */
  private static InputStream inBits(byte[] bytes, Random random) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, 1 + random.nextInt(40)));
      }
    };
  }

  @Test
  void answersFollowEachOtherHoweverTheyAreCut() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      List<byte[]> contents = new ArrayList<>();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < 5; i++) {
        byte[] content = new byte[random.nextInt(random.nextBoolean() ? 20 : 40_000)];
        random.nextBytes(content);
        contents.add(content);
        all.write((OK + "N: " + i + "\r\n").getBytes(ISO_8859_1));
        if (random.nextBoolean()) {
          all.write(("Content-Length: " + content.length + "\r\n\r\n").getBytes(ISO_8859_1));
          all.write(content);
        } else {
          writeChunks(all, content, random);
        }
      }
      Http http = new Http(inBits(all.toByteArray(), random), OutputStream.nullOutputStream());
      for (int i = 0; i < contents.size(); i++) {
        Http.Head head = http.receive();
        assertThat(head.headers()).as("seed %d", seed).containsEntry("N", List.of("" + i));
        assertThat(http.body(head).readAllBytes()).as("seed %d", seed).isEqualTo(contents.get(i));
      }
      assertThat(http.hasMore()).isFalse();
    }
  }

  private static void writeChunks(OutputStream out, byte[] content, Random random)
      throws IOException {
    out.write("Transfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
    for (int at = 0; at < content.length; ) {
      int n = Math.min(content.length - at, 1 + random.nextInt(9000));
      String extension = random.nextBoolean() ? "" : ";a=\"b\"";
      out.write((Integer.toHexString(n) + extension + "\r\n").getBytes(ISO_8859_1));
      out.write(content, at, n);
      out.write("\r\n".getBytes(ISO_8859_1));
      at += n;
    }
    out.write((random.nextBoolean() ? "0\r\n\r\n" : "00\r\nT: 1\r\n\r\n").getBytes(ISO_8859_1));
  }
}
