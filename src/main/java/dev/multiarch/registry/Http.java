package dev.multiarch.registry;

import dev.multiarch.store.BulkInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * HTTP/1.1 on the two streams of a connection, as a client speaks it (RFC 9112): one exchange after
 * the other. What it cannot make sense of is an {@link IOException}, and the connection is of no
 * use after any.
 */
final class Http {

  /** What a server may say before its answer's body: enough for any, and not without end. */
  private static final int LONGEST_LINE = 64 << 10;

  private static final int MOST_HEADERS = 500;

  private static final int BUFFER = 16 << 10;
  private static final int PIECE = 64 << 10;

  private static final long UNKNOWN = -1;
  private static final int DECIMAL = 10;
  private static final int HEXADECIMAL = 16;

  private static final String VERSION = "HTTP/1.";
  private static final int CODE = "HTTP/1.1 ".length();
  private static final int CODE_END = CODE + 3;

  private static final int CONTINUE = 100;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_MODIFIED = 304;

  private static final String CODING = "Transfer-Encoding";
  private static final String LENGTH = "Content-Length";

  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[BUFFER];
  private int next;
  private int end;

  Http(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /**
   * The head of a request.
   *
   * @param target what is asked for, in the form of RFC 9112, section 3.2; of a URI, so that it is
   *     one word
   */
  record Request(String method, String target, Map<String, String> headers) {}

  /**
   * The head of an answer.
   *
   * @param minor the version, HTTP/1.0 or HTTP/1.1
   * @param headers the values of each, found by its name however that is written
   */
  record Head(int status, int minor, Map<String, List<String>> headers) {

    /** Whether another answer comes behind this one (RFC 9110, section 15.2). */
    boolean isInterim() {
      return status < OK;
    }

    boolean isSuccess() {
      return status >= OK && status < MULTIPLE_CHOICES;
    }

    private List<String> all(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  /** Is asked, while a body is sent, whether there is any use in more of it. */
  @FunctionalInterface
  interface Going {
    boolean on(long sent, int more) throws IOException;
  }

  // ---- requests

  /** Sends a request without a body. */
  void send(Request request) throws IOException {
    out.write(head(request));
    out.flush();
  }

  /** Sends a request with a body, whose length its headers must say. */
  void send(Request request, InputStream body, Going going) throws IOException {
    byte[] head = head(request);
    // A small body goes in one packet with its head.
    byte[] piece = new byte[Math.max(PIECE, head.length + BUFFER)];
    System.arraycopy(head, 0, piece, 0, head.length);
    int filled = head.length;
    long sent = 0;
    for (int n = body.read(piece, filled, piece.length - filled);
        n >= 0;
        n = body.read(piece, 0, piece.length)) {
      if (!going.on(sent, n)) {
        return;
      }
      out.write(piece, 0, filled + n);
      sent += n;
      filled = 0;
    }
    out.write(piece, 0, filled);
    out.flush();
  }

  private static byte[] head(Request request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      text.append(header.getKey()).append(": ").append(inOneLine(header.getValue()));
      text.append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * A value may come from elsewhere, such as a token, and what ends a line in it would begin a
   * header that nobody meant (RFC 9110, section 5.5).
   */
  private static String inOneLine(String value) {
    StringBuilder line = new StringBuilder(value);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i)) && line.charAt(i) != '\t') {
        line.setCharAt(i, ' ');
      }
    }
    return line.toString();
  }

  // ---- heads of answers

  /** Waits for the head of an answer. */
  Head receive() throws IOException {
    String line = line("an answer");
    if (!line.startsWith(VERSION)
        || line.length() < CODE_END
        || line.charAt(CODE - 1) != ' '
        || line.length() > CODE_END && line.charAt(CODE_END) != ' ') {
      throw broken("it answers in something else than HTTP/1.1");
    }
    int minor = (int) number(line.substring(VERSION.length(), CODE - 1), DECIMAL, "version");
    int status = (int) number(line.substring(CODE, CODE_END), DECIMAL, "status");
    if (status < CONTINUE) {
      throw broken("it answers with a status that is none");
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    readHeaders(headers);
    return new Head(status, minor, headers);
  }

  /** Reads headers, or the trailers of a body. */
  private void readHeaders(Map<String, List<String>> headers) throws IOException {
    List<String> last = new ArrayList<>();
    int count = 0;
    for (String line = line("a head"); !line.isEmpty(); line = line("a head")) {
      if (++count > MOST_HEADERS) {
        throw broken("it answers with more than " + MOST_HEADERS + " headers");
      }
      int colon = line.indexOf(':');
      if (!last.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
        // Folded, as was allowed once (RFC 9112, section 5.2).
        int at = last.size() - 1;
        last.set(at, (last.get(at) + " " + line.strip()).strip());
      } else if (colon > 0) {
        String name = line.substring(0, colon).strip();
        last = headers.get(name);
        if (last == null) {
          last = new ArrayList<>(1);
          headers.put(name, last);
        }
        last.add(line.substring(colon + 1).strip());
      } else {
        throw broken("it answers with a line that is no header");
      }
    }
  }

  // ---- bodies of answers

  /**
   * Whether an answer has a body (RFC 9112, section 6.3).
   *
   * @param method of the request that it answers
   */
  static boolean hasBody(String method, Head head) {
    boolean isTunnel = method.equals("CONNECT") && head.isSuccess();
    return !method.equals("HEAD")
        && !isTunnel
        && head.status() != NO_CONTENT
        && head.status() != NOT_MODIFIED;
  }

  /** The body of the answer whose head was received last; it is read once, from here. */
  InputStream body(Head head) throws IOException {
    List<String> codings = head.all(CODING);
    if (!codings.isEmpty()) {
      if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
        throw broken("it answers in a transfer coding that nobody asked for");
      }
      return new Chunks();
    }
    List<String> lengths = head.all(LENGTH);
    for (String one : lengths) {
      if (!one.equals(lengths.get(0))) {
        throw broken("it names several lengths for one body");
      }
    }
    return new Rest(lengths.isEmpty() ? UNKNOWN : number(lengths.get(0), DECIMAL, "length"));
  }

  /**
   * Whether another exchange may follow this one, when its body was read to the end (RFC 9112,
   * section 9.3).
   */
  static boolean isKeptAlive(String method, Head head) {
    boolean isCoded = !head.all(CODING).isEmpty();
    boolean hasLength = !head.all(LENGTH).isEmpty();
    boolean isEmpty = !isCoded && (!hasLength || head.all(LENGTH).equals(List.of("0")));
    boolean isFramed;
    if (hasBody(method, head)) {
      // Of two lengths one is wrong; without any, the body ends with the connection.
      isFramed = isCoded != hasLength && !(isCoded && head.minor() == 0);
    } else {
      isFramed = head.status() != NO_CONTENT || isEmpty;
    }
    return isFramed && (head.minor() > 0 ? !says(head, "close") : says(head, "keep-alive"));
  }

  private static boolean says(Head head, String option) {
    for (String value : head.all("Connection")) {
      for (String one : value.split(",")) {
        if (one.strip().equalsIgnoreCase(option)) {
          return true;
        }
      }
    }
    return false;
  }

  /** So many bytes, or all until the connection ends. */
  private final class Rest extends BulkInputStream {

    private long left;

    Rest(long length) {
      this.left = length;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      boolean isKnown = left != UNKNOWN;
      int n = take(target, offset, isKnown ? (int) Math.min(length, left) : length);
      if (n < 0 && isKnown) {
        throw new EOFException("it ended " + left + " bytes early");
      }
      left -= isKnown ? n : 0;
      return n;
    }
  }

  /** Pieces, each with its length before it (RFC 9112, section 7.1). */
  private final class Chunks extends BulkInputStream {

    private boolean ended;
    private boolean begun;
    private long left;

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0 && !ended) {
        begin();
      }
      if (ended) {
        return -1;
      }
      int n = take(target, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new EOFException("it ended in the middle of a chunk");
      }
      left -= n;
      return n;
    }

    private void begin() throws IOException {
      if (begun && !line("a chunk").isEmpty()) {
        throw broken("a chunk is longer than it says");
      }
      begun = true;
      String line = line("a chunk");
      int extension = line.indexOf(';');
      String size = (extension < 0 ? line : line.substring(0, extension)).strip();
      left = number(size, HEXADECIMAL, "length of a chunk");
      if (left == 0) {
        readHeaders(new TreeMap<>());
        ended = true;
      }
    }
  }

  // ---- bytes

  /** Whether more has been read already than was asked for. */
  boolean isAhead() {
    return next < end;
  }

  /** Whether there are bytes that nobody has read yet; waits as long as the stream does. */
  boolean hasMore() throws IOException {
    return isAhead() || fill() > 0;
  }

  private int fill() throws IOException {
    int n = in.read(buffer, 0, buffer.length);
    next = 0;
    end = Math.max(0, n);
    return n;
  }

  private int take(byte[] target, int offset, int length) throws IOException {
    if (next == end) {
      return in.read(target, offset, length);
    }
    int n = Math.min(length, end - next);
    System.arraycopy(buffer, next, target, offset, n);
    next += n;
    return n;
  }

  /** A line without its end, which need not have a carriage return (RFC 9112, section 2.2). */
  private String line(String what) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      if (next == end && fill() < 0) {
        throw new EOFException("it hung up before the end of " + what);
      }
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      line.write(buffer, from, next - from);
      if (line.size() > LONGEST_LINE) {
        throw broken("it answers with a line of more than " + LONGEST_LINE + " bytes");
      }
      if (next < end) {
        next++;
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
      }
    }
  }

  private static long number(String digits, int radix, String what) throws IOException {
    try {
      // No sign.
      if (!digits.isEmpty() && Character.digit(digits.charAt(0), radix) >= 0) {
        return Long.parseLong(digits, radix);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw broken("it answers with a " + what + " that is none");
  }

  private static IOException broken(String how) {
    return new IOException(how);
  }
}
