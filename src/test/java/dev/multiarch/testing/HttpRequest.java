package dev.multiarch.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request whose head has been read and whose body is read when somebody asks for it, so that a
 * fault can come in between.
 */
final class HttpRequest {
  private final HttpConnection connection;
  private final InputStream in;
  private final OutputStream out;
  private final String method;
  private final String path;
  private final String query;
  private final Map<String, List<String>> headers;
  private byte @Nullable [] body;
  private long received;
  private boolean continueAwaited;
  private boolean halved;

  private HttpRequest(
      HttpConnection connection,
      InputStream in,
      OutputStream out,
      String method,
      String target,
      Map<String, List<String>> headers) {
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.method = method;
    int question = target.indexOf('?');
    // A plus sign stands for itself in a path.
    String rawPath = question < 0 ? target : target.substring(0, question);
    this.path = URLDecoder.decode(rawPath.replace("+", "%2B"), StandardCharsets.UTF_8);
    this.query = question < 0 ? "" : target.substring(question + 1);
    this.headers = headers;
    this.continueAwaited = header("Expect").filter("100-continue"::equalsIgnoreCase).isPresent();
  }

  /** Reads a request's head; null when the client closed the connection instead. */
  static @Nullable HttpRequest read(HttpConnection connection, InputStream in, OutputStream out)
      throws IOException {
    String requestLine = readLine(in);
    if (requestLine == null) {
      return null;
    }
    String[] parts = requestLine.split(" ");
    if (parts.length != 3) {
      throw new IOException("not a request line: " + requestLine);
    }
    return new HttpRequest(connection, in, out, parts[0], parts[1], readHeaders(in));
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  String query() {
    return query;
  }

  Map<String, List<String>> headers() {
    return headers;
  }

  Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  /** Returns the first value of a parameter of the query. */
  Optional<String> parameter(String name) {
    return parameters(query).getOrDefault(name, List.of()).stream().findFirst();
  }

  String host() {
    return connection.server().host();
  }

  /** Returns scheme and host of the server that got this request. */
  String origin() {
    return connection.server().url();
  }

  int connectionId() {
    return connection.id();
  }

  long received() {
    return received;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  boolean hasBody() {
    return isChunked() || contentLength() > 0;
  }

  boolean isChunked() {
    return header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent();
  }

  /** Returns the announced length, or 0 without one. */
  long contentLength() {
    return header("Content-Length").map(Long::parseLong).orElse(0L);
  }

  /** Tells whether the client still waits for leave to send its body. */
  boolean isContinueAwaited() {
    return continueAwaited;
  }

  /** Makes the body end in its middle, as if the client had gone. */
  void halve() {
    halved = true;
  }

  /** Returns the body; reads it on the first call. */
  byte[] body() throws IOException {
    if (body == null) {
      admitBody();
      body = isChunked() ? readChunked() : readFixed();
    }
    return body;
  }

  /** Reads and forgets what is left of the body, unless the client waits for leave to send it. */
  void drain() throws IOException {
    if (body == null && !continueAwaited) {
      body();
    }
  }

  /** Parses a query or a form; parameters may repeat. */
  static Map<String, List<String>> parameters(String encoded) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : encoded.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      parameters
          .computeIfAbsent(
              URLDecoder.decode(name, StandardCharsets.UTF_8), ignored -> new ArrayList<>())
          .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private void admitBody() throws IOException {
    if (continueAwaited) {
      continueAwaited = false;
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }

  private byte[] readFixed() throws IOException {
    long length = contentLength();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    copy(halved ? length / 2 : length, bytes);
    if (halved) {
      throw new TruncatedBodyException(bytes.toByteArray());
    }
    return bytes.toByteArray();
  }

  private byte[] readChunked() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long size = readChunkSize(bytes);
    while (size > 0) {
      copy(size, bytes);
      readLine(in);
      size = readChunkSize(bytes);
    }
    readHeaders(in);
    byte[] all = bytes.toByteArray();
    if (halved) {
      throw new TruncatedBodyException(Arrays.copyOf(all, all.length / 2));
    }
    return all;
  }

  private long readChunkSize(ByteArrayOutputStream soFar) throws IOException {
    String line = readLine(in);
    if (line == null) {
      throw new TruncatedBodyException(soFar.toByteArray());
    }
    return Long.parseLong(line.split(";")[0].trim(), 16);
  }

  private void copy(long length, ByteArrayOutputStream target) throws IOException {
    byte[] buffer = new byte[8192];
    long left = length;
    while (left > 0) {
      int count;
      try {
        count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      } catch (IOException reset) {
        count = -1;
      }
      if (count < 0) {
        throw new TruncatedBodyException(target.toByteArray());
      }
      target.write(buffer, 0, count);
      received += count;
      left -= count;
    }
  }

  private static Map<String, List<String>> readHeaders(InputStream in) throws IOException {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String line = readLine(in);
    while (line != null && !line.isEmpty()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("not a header: " + line);
      }
      headers
          .computeIfAbsent(line.substring(0, colon), ignored -> new ArrayList<>())
          .add(line.substring(colon + 1).trim());
      line = readLine(in);
    }
    if (line == null) {
      throw new EOFException("the request's head ended early");
    }
    return headers;
  }

  private static @Nullable String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (next != '\r') {
        line.write(next);
      }
      next = in.read();
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
