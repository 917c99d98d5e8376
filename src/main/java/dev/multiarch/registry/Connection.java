package dev.multiarch.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with one exchange at a time under way on it. No wait on it is without end, and an
 * interrupt ends each. For one thread; {@link #cutOff} and {@link #close} may come from any.
 */
final class Connection {

  /** What a server may say before its answer's body: enough for any, and not without end. */
  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setBufferSize(16 << 10)
          .setMaxLineLength(64 << 10)
          .setMaxHeaderCount(500)
          .build();

  /** How many bytes are sent between two looks whether the answer is there already. */
  private static final int STRIDE = 4 << 20;

  /** How long a connection is believed in that nobody has used. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Socket socket;
  private final RegistryOptions.Timeouts timeouts;
  private final Http http = new Http();
  private volatile long deadline;
  private volatile @Nullable String cutOff;
  private long lastUsed;
  private boolean heard;
  private boolean glancing;

  private Connection(Socket socket, RegistryOptions.Timeouts timeouts, long deadline) {
    this.socket = socket;
    this.timeouts = timeouts;
    this.deadline = deadline;
  }

  /**
   * Connects to the first address of a host that answers.
   *
   * @param deadline for what is done on it first, in terms of {@link System#nanoTime}
   * @throws UnknownHostException if the host has no address
   * @throws TimedOut if none answers in time
   * @throws java.net.ConnectException if they refuse
   */
  static Connection open(String host, int port, RegistryOptions.Timeouts timeouts, long deadline)
      throws IOException {
    IOException failure = new UnknownHostException(host);
    for (InetAddress address : InetAddress.getAllByName(host)) {
      // A channel's socket, since an interrupt ends what waits on it.
      Socket socket = SocketChannel.open().socket();
      Connection connection = new Connection(socket, timeouts, deadline);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, port), connection.millisLeft(timeouts.connect()));
        connection.http.speakPlain();
        return connection;
      } catch (IOException e) {
        failure = connection.explained(e, timeouts.connect());
        connection.close();
      }
    }
    throw failure;
  }

  /** Goes on with TLS. */
  void encrypt(Trust trust, Origin to) throws IOException {
    try {
      socket.setSoTimeout(millisLeft(timeouts.connect()));
      http.speakTls(trust.encrypt(socket, to));
    } catch (IOException e) {
      throw explained(e, timeouts.connect());
    }
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param deadline for the answer with its body, in terms of {@link System#nanoTime}
   * @return the answer; its entity, if it has one, is read from this connection
   */
  ClassicHttpResponse exchange(ClassicHttpRequest request, long until) throws IOException {
    deadline = until;
    heard = false;
    try {
      http.sendRequestHeader(request);
      try {
        http.sendRequestEntity(request);
        http.flush();
      } catch (IOException e) {
        return earlyAnswer(request).orElseThrow(() -> e);
      }
      return receive(request);
    } catch (HttpException | IOException e) {
      throw explained(e, timeouts.idle());
    }
  }

  private ClassicHttpResponse receive(ClassicHttpRequest request)
      throws HttpException, IOException {
    ClassicHttpResponse response;
    do {
      response = http.receiveResponseHeader();
    } while (response.getCode() < HttpStatus.SC_SUCCESS);
    if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
      http.receiveResponseEntity(response);
    }
    return response;
  }

  /** A server that wants no more of a body may answer and hang up. */
  private Optional<ClassicHttpResponse> earlyAnswer(ClassicHttpRequest request) {
    try {
      return http.isDataAvailable(Timeout.ONE_MILLISECOND)
          ? Optional.of(receive(request))
          : Optional.empty();
    } catch (HttpException | IOException e) {
      return Optional.empty();
    }
  }

  /** The body of an answer, which must be closed; whole or not is told to {@code afterwards}. */
  InputStream body(ClassicHttpResponse response, Afterwards afterwards) throws IOException {
    if (response.getEntity() == null) {
      afterwards.closed(true);
      return InputStream.nullInputStream();
    }
    return new Body(response.getEntity().getContent(), afterwards);
  }

  /** What becomes of a connection when an answer is done with. */
  @FunctionalInterface
  interface Afterwards {
    void closed(boolean whole);
  }

  /** Whether the other side will take another request after this one (RFC 9112, section 9.3). */
  boolean isKeptAlive(ClassicHttpRequest request, ClassicHttpResponse response) {
    return http.isConsistent()
        && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, null);
  }

  /** Notes that nobody uses it from now on. */
  void rest() {
    lastUsed = System.nanoTime();
  }

  /** Whether the other side has not hung up meanwhile, as far as can be told. */
  boolean isAlive() {
    try {
      return System.nanoTime() - lastUsed < FRESH_NANOS || !http.isStale();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the other side ended the connection without a word of an answer, so that the request
   * may be made again on another.
   */
  boolean wasHungUp(IOException failure) {
    return !heard && !(failure instanceof TimedOut || failure instanceof InterruptedIOException);
  }

  /** When the exchange under way must be over, in terms of {@link System#nanoTime}. */
  long deadline() {
    return deadline;
  }

  /** Ends what is under way, with a reason for whoever waits for it. */
  void cutOff(String reason) {
    cutOff = reason;
    close();
  }

  /** Hangs up, whatever is under way. */
  void close() {
    try {
      // Not what is spoken over it: TLS would wait for a write that hangs.
      socket.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  private int millisLeft(Duration patience) throws TimedOut {
    long nanos = Math.min(patience.toNanos(), deadline - System.nanoTime());
    if (nanos <= 0) {
      throw late();
    }
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
  }

  private TimedOut late() {
    return new TimedOut("not done after " + timeouts.total().toSeconds() + " s");
  }

  private IOException explained(Exception failure, Duration patience) {
    String reason = cutOff;
    if (Thread.currentThread().isInterrupted()) {
      return new InterruptedIOException("interrupted");
    }
    if (reason != null) {
      return new TimedOut(reason);
    }
    if (failure instanceof SocketTimeoutException) {
      return System.nanoTime() - deadline >= 0
          ? late()
          : new TimedOut("nothing came for " + patience.toSeconds() + " s");
    }
    return failure instanceof IOException io ? io : new IOException(failure);
  }

  /** HTTP/1.1 over this connection. */
  private final class Http extends DefaultBHttpClientConnection {

    Http() {
      super(
          LIMITS,
          null,
          null,
          null,
          null,
          new MonitoringResponseOutOfOrderStrategy(STRIDE),
          null,
          null);
    }

    void speakPlain() throws IOException {
      bind(
          new SocketHolder(socket) {
            @Override
            protected InputStream getInputStream(Socket from) throws IOException {
              return new Patient(from);
            }
          });
    }

    void speakTls(SSLSocket encrypted) throws IOException {
      bind(
          new SocketHolder(encrypted, socket) {
            @Override
            protected InputStream getInputStream(Socket from) throws IOException {
              return new Patient(from);
            }
          });
    }

    @Override
    public boolean isDataAvailable(Timeout patience) throws IOException {
      glancing = true;
      try {
        return super.isDataAvailable(patience);
      } finally {
        glancing = false;
      }
    }

    @Override
    public boolean isStale() throws IOException {
      glancing = true;
      try {
        return super.isStale();
      } finally {
        glancing = false;
      }
    }
  }

  /** What arrives, with patience for each read that is not a glance. */
  private final class Patient extends FilterInputStream {

    private final Socket from;

    Patient(Socket from) throws IOException {
      super(from.getInputStream());
      this.from = from;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (!glancing) {
        from.setSoTimeout(millisLeft(timeouts.idle()));
      }
      int n = super.read(target, offset, length);
      heard |= n > 0;
      return n;
    }
  }

  /** A body that gives the connection back when it has been read, and hangs up if it was not. */
  private final class Body extends FilterInputStream {

    private final Afterwards afterwards;
    private boolean ended;
    private boolean closed;

    Body(InputStream content, Afterwards afterwards) {
      super(content);
      this.afterwards = afterwards;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      if (closed) {
        throw new IOException("the body was closed");
      }
      try {
        int n = super.read(target, offset, length);
        if (n < 0) {
          ended = true;
          close();
        }
        return n;
      } catch (IOException e) {
        throw brokenOff(explained(e, timeouts.idle()));
      }
    }

    private IOException brokenOff(IOException reason) {
      if (reason instanceof InterruptedIOException) {
        return reason;
      }
      return reason instanceof TimedOut
          ? new TimedOut("the body stalled: " + reason.getMessage())
          : new IOException("the body broke off: " + reason.getMessage(), reason);
    }

    @Override
    public void close() {
      // Not the content's own: it would read what is left of it.
      if (!closed) {
        closed = true;
        afterwards.closed(ended);
      }
    }
  }
}
