package dev.multiarch.registry;

import dev.multiarch.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
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
    this.source = payload.open();
    this.left = payload.length();
    this.lastProgress = System.nanoTime();
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
      failure = e;
      throw e;
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
