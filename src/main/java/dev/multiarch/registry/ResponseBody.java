package dev.multiarch.registry;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer as a stream that does not wait for ever: a read fails when no byte has come
 * for the idle time, or the whole took longer than it may. (The JDK's own timeout ends with the
 * headers.) For one reading thread.
 */
final class ResponseBody extends InputStream implements BodySubscriber<InputStream> {

  private final Duration idle;
  private final long deadline;
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
  private boolean ended;
  private volatile boolean closed;

  /** What the connection reports: bytes, or the end, which may be a failure. */
  private record Event(List<ByteBuffer> bytes, boolean end, IOException failure) {}

  /**
   * @param deadline in terms of {@link System#nanoTime}
   */
  ResponseBody(Duration idle, long deadline) {
    this.idle = idle;
    this.deadline = deadline;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    if (closed) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    events.add(new Event(bytes, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    IOException io = failure instanceof IOException e ? e : new IOException(failure);
    events.add(new Event(List.of(), true, io));
  }

  @Override
  public void onComplete() {
    events.add(new Event(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (buffers.isEmpty() || !buffers.peek().hasRemaining()) {
      buffers.poll();
      if (buffers.isEmpty() && !next()) {
        return -1;
      }
    }
    ByteBuffer buffer = buffers.element();
    int n = Math.min(length, buffer.remaining());
    buffer.get(target, offset, n);
    return n;
  }

  /** Waits for more. */
  private boolean next() throws IOException {
    if (ended) {
      return false;
    }
    if (closed) {
      throw new EOFException("the body was closed");
    }
    Event event = await();
    if (event.failure != null) {
      // The same failure at each read, as a stream behaves.
      events.add(event);
      throw new IOException("the body broke off: " + event.failure.getMessage(), event.failure);
    }
    if (event.end) {
      ended = true;
      return false;
    }
    buffers.addAll(event.bytes);
    subscription.join().request(1);
    return true;
  }

  private Event await() throws IOException {
    long patience = Math.min(idle.toNanos(), deadline - System.nanoTime());
    try {
      Event event = events.poll(patience, TimeUnit.NANOSECONDS);
      if (event == null) {
        close();
        throw new HttpTimeoutException(
            "the body stalled: nothing came for " + idle.toSeconds() + " s");
      }
      return event;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Gives the connection up, unless everything has been read. */
  @Override
  public void close() {
    closed = true;
    if (!ended && subscription.isDone()) {
      subscription.join().cancel();
    }
  }
}
