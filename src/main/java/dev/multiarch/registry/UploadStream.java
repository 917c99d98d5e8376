package dev.multiarch.registry;

import dev.multiarch.store.BulkInputStream;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request on their way out. Remembers when they last moved and why they stopped, and
 * holds the last of them back until the source has shown that it ends there: a source that checks
 * its digest does so at its end, and a damaged body must not arrive whole.
 */
final class UploadStream extends BulkInputStream {

  private final InputStream source;
  private long left;
  private volatile long lastProgress;
  private volatile @Nullable IOException failure;

  UploadStream(Payload payload) throws IOException {
    prepare(payload);
    this.source = payload.open();
    this.left = payload.length();
    this.lastProgress = System.nanoTime();
  }

  /** Does what must wait before anybody waits for it. */
  static void prepare(Payload payload) throws IOException {
    try {
      payload.prepare();
    } catch (IOException e) {
      throw told(e);
    }
  }

  /** In other words than a connection that broke, which is worth another attempt. */
  private static IOException told(IOException failure) {
    if (failure instanceof StoreException || failure instanceof InterruptedIOException) {
      return failure;
    }
    if (failure instanceof ClosedByInterruptException) {
      return new InterruptedIOException("interrupted");
    }
    return new StoreException(
        "what is to be sent cannot be read: " + failure,
        "Look at that file and its disk; mvn clean makes what lies in target anew.",
        failure);
  }

  /** When a byte was last taken, in terms of {@link System#nanoTime}. */
  long lastProgress() {
    return lastProgress;
  }

  /** How many bytes are still to be sent. */
  long left() {
    return left;
  }

  /** Why the source could not be read, if it was the source that failed. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    lastProgress = System.nanoTime();
    if (left == 0) {
      return -1;
    }
    try {
      return readSource(buffer, offset, length);
    } catch (IOException e) {
      failure = told(e);
      throw failure;
    } finally {
      lastProgress = System.nanoTime();
    }
  }

  private int readSource(byte[] buffer, int offset, int length) throws IOException {
    int n = source.read(buffer, offset, (int) Math.min(length, left));
    if (n < 0) {
      throw new IOException("the source ended " + left + " bytes early");
    }
    left -= n;
    if (left == 0 && source.read() >= 0) {
      throw new IOException("the source is longer than announced");
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
