package dev.multiarch.registry;

import dev.multiarch.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with one exchange at a time under way on it. No wait on it is without end, and an
 * interrupt ends each. For one thread; the cuts and {@link #close} may come from any.
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

  private static final String LATE = "not done in the time that it was given";

  private final Socket socket;
  private final RegistryOptions.Timeouts timeouts;
  private Http http = new Http();
  private volatile long deadline;
  private volatile @Nullable String cutOff;
  private boolean heard;
  private boolean hungUp;
  private boolean spoilt;
  private @Nullable ClassicHttpResponse early;
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
   * @throws TimedOut if the first address does not answer in time
   * @throws ConnectException if it refuses, cannot be reached, or there is none
   */
  static Connection open(String host, int port, RegistryOptions.Timeouts timeouts, long deadline)
      throws IOException {
    IOException first = null;
    for (InetAddress address : addresses(host)) {
      // A channel's socket, since an interrupt ends what waits on it.
      Socket socket = SocketChannel.open().socket();
      Connection connection = new Connection(socket, timeouts, deadline);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, port), connection.millisLeft(timeouts.connect()));
        connection.http.speak(null);
        return connection;
      } catch (IOException e) {
        connection.close();
        IOException failure = connection.explained(e, timeouts.connect());
        if (failure instanceof InterruptedIOException) {
          throw failure;
        }
        first = first == null ? failure : first;
      }
    }
    throw first instanceof TimedOut ? first : unreachable(first);
  }

  private static InetAddress[] addresses(String host) throws IOException {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw unreachable(e);
    }
  }

  /** The one exception for a host that was not reached; the JDK has one for each reason. */
  private static IOException unreachable(@Nullable IOException reason) {
    if (reason instanceof ConnectException) {
      return reason;
    }
    ConnectException failure = new ConnectException(reason == null ? null : reason.getMessage());
    failure.initCause(reason);
    return failure;
  }

  /** Goes on with TLS, and forgets what was said before. */
  void encrypt(Trust trust, Origin to) throws IOException {
    try {
      if (http.isDataAvailable(Timeout.ONE_MILLISECOND)) {
        // It would pass for something that came encrypted.
        throw new IOException("the proxy says more than that the tunnel is open");
      }
      socket.setSoTimeout(millisLeft(timeouts.connect()));
      SSLSocket encrypted = trust.encrypt(socket, to);
      http = new Http();
      http.speak(encrypted);
    } catch (IOException e) {
      throw explained(e, timeouts.connect());
    }
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param until when the answer must be there with its body, in terms of {@link System#nanoTime}
   * @return the answer; its entity, if it has one, is read from this connection
   */
  ClassicHttpResponse exchange(ClassicHttpRequest request, long until) throws IOException {
    deadline = until;
    heard = false;
    early = null;
    try {
      http.sendRequestHeader(request);
      try {
        http.sendRequestEntity(request);
        http.flush();
      } catch (IOException e) {
        spoilt = true;
        if (!isAnswered()) {
          throw e;
        }
      }
      return receive(request);
    } catch (HttpException | IOException e) {
      throw explained(e, timeouts.idle());
    }
  }

  private ClassicHttpResponse receive(ClassicHttpRequest request)
      throws HttpException, IOException {
    ClassicHttpResponse response = early == null ? head() : early;
    while (response.getCode() < HttpStatus.SC_SUCCESS) {
      response = head();
    }
    if (MessageSupport.canResponseHaveBody(request.getMethod(), response)) {
      http.receiveResponseEntity(response);
    }
    return response;
  }

  private ClassicHttpResponse head() throws HttpException, IOException {
    return http.receiveResponseHeader();
  }

  /** Whether the server has answered before it has all of a body: it may want no more of it. */
  private boolean isAnswered() throws IOException {
    try {
      while (early == null && http.isDataAvailable(Timeout.ONE_MILLISECOND)) {
        ClassicHttpResponse response = head();
        // Others say only that it goes on (RFC 9110, section 15.2).
        early = response.getCode() < HttpStatus.SC_SUCCESS ? null : response;
      }
      return early != null;
    } catch (HttpException e) {
      throw new IOException(e);
    }
  }

  /** The body of an answer, which must be closed; whole or not is told to {@code afterwards}. */
  InputStream body(ClassicHttpResponse response, ResponseBody.Afterwards afterwards)
      throws IOException {
    if (response.getEntity() == null) {
      afterwards.closed(true);
      return InputStream.nullInputStream();
    }
    return new ResponseBody(response.getEntity().getContent(), this, afterwards);
  }

  /** Whether the other side will take another request after this one (RFC 9112, section 9.3). */
  boolean isKeptAlive(ClassicHttpRequest request, ClassicHttpResponse response) {
    return !spoilt
        && http.isConsistent()
        && DefaultConnectionReuseStrategy.INSTANCE.keepAlive(request, response, null);
  }

  /** Whether it can be used again: nothing has come that nobody asked for, nor an end. */
  boolean isQuiet() {
    try {
      return !http.isDataAvailable(Timeout.ONE_MILLISECOND) && !hungUp;
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

  /** Ends what is under way, since nothing has moved for too long. */
  void cutOffIdle() {
    cutOff = "no byte taken for " + timeouts.idle().toSeconds() + " s";
    close();
  }

  /** Ends what is under way, since its time is over. */
  void cutOffLate() {
    cutOff = LATE;
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
    return new TimedOut(LATE);
  }

  /** Why reading an answer failed. */
  IOException explained(IOException failure) {
    return explained(failure, timeouts.idle());
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
      super(LIMITS, null, null, null, null, new Glance(), null, null);
    }

    /**
     * @param encrypted the socket over the plain one, if TLS is spoken
     */
    void speak(@Nullable SSLSocket encrypted) throws IOException {
      bind(encrypted == null ? new Ends(socket) : new Ends(encrypted, socket));
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
  }

  /** Looks now and then, while a body is sent, whether it is answered. */
  private final class Glance implements ResponseOutOfOrderStrategy {
    @Override
    public boolean isEarlyResponseDetected(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        InputStream in,
        long sent,
        long next)
        throws IOException {
      return sent / STRIDE < (sent + next) / STRIDE && isAnswered();
    }
  }

  /** Where bytes come and go. */
  private final class Ends extends SocketHolder {

    Ends(Socket plain) {
      super(plain);
    }

    Ends(SSLSocket encrypted, Socket plain) {
      super(encrypted, plain);
    }

    @Override
    protected InputStream getInputStream(Socket from) throws IOException {
      return new Patient(from);
    }
  }

  /** What arrives, with patience for each read that is not a glance. */
  private final class Patient extends BulkInputStream {

    private final Socket from;
    private final InputStream in;

    Patient(Socket from) throws IOException {
      this.from = from;
      this.in = from.getInputStream();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (!glancing) {
        from.setSoTimeout(millisLeft(timeouts.idle()));
      }
      int n = in.read(target, offset, length);
      heard |= n > 0;
      hungUp |= n < 0;
      return n;
    }
  }
}
