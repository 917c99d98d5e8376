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
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with one exchange at a time under way on it. No wait on it is without end, and an
 * interrupt ends each. For one thread; the cuts and {@link #close} may come from any.
 */
final class Connection {

  /** How many bytes are sent between two looks whether the answer is there already. */
  private static final int STRIDE = 4 << 20;

  /** How long a look takes whether anything has come, in milliseconds; the least there is. */
  private static final int GLANCE = 1;

  private static final String LATE = "not done in the time that it was given";

  private final SocketChannel channel;
  private final Socket socket;
  private final RegistryOptions.Timeouts timeouts;
  private @Nullable Http http;
  private boolean encrypted;
  private boolean reused;
  private Instant idleSince = Instant.MAX;
  private volatile long deadline;
  private volatile @Nullable String cutOff;
  private boolean heard;
  private boolean hungUp;
  private boolean spoilt;
  private Http.@Nullable Head early;
  private boolean glancing;

  private Connection(SocketChannel channel, RegistryOptions.Timeouts timeouts, long deadline) {
    this.channel = channel;
    // A channel's, since an interrupt ends what waits on it.
    this.socket = channel.socket();
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
      Connection connection = new Connection(SocketChannel.open(), timeouts, deadline);
      try {
        Socket socket = connection.socket;
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, port), connection.millisLeft(timeouts.connect()));
        connection.http = connection.over(socket);
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
      if (hasMore()) {
        // It would pass for something that came encrypted.
        throw new IOException("the proxy says more than that the tunnel is open");
      }
      socket.setSoTimeout(millisLeft(timeouts.connect()));
      SSLSocket secured = trust.encrypt(socket, to);
      http = over(secured);
      encrypted = true;
    } catch (IOException e) {
      throw explained(e, timeouts.connect());
    }
  }

  /**
   * Sends a request and waits for the head of its answer.
   *
   * @param bytes the body; none for a request without
   * @param until when the answer must be there with its body, in terms of {@link System#nanoTime}
   */
  Http.Head exchange(Http.Request request, @Nullable UploadStream bytes, long until)
      throws IOException {
    deadline = until;
    heard = false;
    early = null;
    try {
      try {
        if (bytes == null) {
          http.send(request);
        } else {
          http.send(request, bytes, new Wanted());
        }
      } catch (IOException e) {
        spoilt = true;
        if (!isAnswered()) {
          throw e;
        }
      }
      Http.Head head = early == null ? http.receive() : early;
      while (head.isInterim()) {
        head = http.receive();
      }
      return head;
    } catch (IOException e) {
      throw explained(e, timeouts.idle());
    }
  }

  /** Looks now and then, while a body is sent, whether it is answered already. */
  private final class Wanted implements Http.Going {
    @Override
    public boolean on(long sent, int more) throws IOException {
      spoilt |= sent / STRIDE < (sent + more) / STRIDE && isAnswered();
      return !spoilt && !hungUp;
    }
  }

  /** Whether the server has answered before it has all of a body: it may want no more of it. */
  private boolean isAnswered() throws IOException {
    while (early == null && hasMore()) {
      Http.Head head = http.receive();
      // Others say only that it goes on (RFC 9110, section 15.2).
      early = head.isInterim() ? null : head;
    }
    return early != null;
  }

  /** The body of an answer, which must be closed; whole or not is told to {@code afterwards}. */
  InputStream body(String method, Http.Head head, ResponseBody.Afterwards afterwards)
      throws IOException {
    if (!Http.hasBody(method, head)) {
      afterwards.closed(true);
      return InputStream.nullInputStream();
    }
    return new ResponseBody(http.body(head), this, afterwards);
  }

  /** Whether the other side will take another request after this one (RFC 9112, section 9.3). */
  boolean isKeptAlive(String method, Http.Head head) {
    return !spoilt && Http.isKeptAlive(method, head);
  }

  /**
   * Whether it can be used again: nothing has come that nobody asked for, nor an end. The first
   * time this waits a moment, since some servers end a connection after each answer without having
   * said so.
   */
  boolean isQuiet() {
    boolean wait = encrypted || !reused;
    reused = true;
    try {
      // What arrives by TLS may be its own, and only a read that waits tells it apart.
      return wait ? !hasMore() && !hungUp : !http.isAhead() && isSilent();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether nothing has come by now; what has is lost. */
  private boolean isSilent() throws IOException {
    channel.configureBlocking(false);
    try {
      return channel.read(ByteBuffer.allocate(1)) == 0;
    } finally {
      channel.configureBlocking(true);
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
    // The next whole one: a wait that ends before its deadline leaves time for another attempt.
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1;
    return (int) Math.min(Integer.MAX_VALUE, millis);
  }

  private TimedOut late() {
    return new TimedOut(LATE);
  }

  /** Why reading an answer failed. */
  IOException explained(IOException failure) {
    return explained(failure, timeouts.idle());
  }

  private IOException explained(IOException failure, Duration patience) {
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
    return failure;
  }

  private Http over(Socket from) throws IOException {
    return new Http(new Patient(from), from.getOutputStream());
  }

  /** Notes that it waits to be used again. */
  void rest(Instant now) {
    idleSince = now;
  }

  /** When it was last used. */
  Instant idleSince() {
    return idleSince;
  }

  /** Whether something has come that nobody has read yet. */
  private boolean hasMore() throws IOException {
    glancing = true;
    try {
      return http.hasMore();
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      glancing = false;
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
      from.setSoTimeout(glancing ? GLANCE : millisLeft(timeouts.idle()));
      int n = in.read(target, offset, length);
      heard |= n > 0;
      hungUp |= n < 0;
      return n;
    }
  }
}
