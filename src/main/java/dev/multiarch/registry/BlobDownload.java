package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.store.BulkInputStream;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.StoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob as they come from a registry. A connection that breaks is made anew from the
 * byte at which it broke (RFC 9110, section 14.2); whoever reads does not notice. Not verified.
 */
final class BlobDownload extends BulkInputStream {

  private final Host host;
  private final Call get;
  private final Descriptor blob;
  private int attemptsLeft;
  private long position;
  private @Nullable Answer answer;
  private boolean placed;

  /**
   * @param attempts how often a body may break off before that counts as an error
   */
  BlobDownload(Host host, Call get, Descriptor blob, int attempts) throws IOException {
    this.host = host;
    this.get = get;
    this.blob = blob;
    this.attemptsLeft = attempts;
    host.downloads().enter();
    this.placed = true;
    boolean good = false;
    try {
      this.answer = connect();
      good = true;
    } finally {
      if (!good) {
        close();
      }
    }
  }

  private Answer connect() throws IOException {
    Call call = position == 0 ? get : get.with("Range", "bytes=" + position + "-");
    Answer open = host.open(call);
    boolean good = false;
    try {
      if (open.status() != 200 && !(open.status() == 206 && position > 0)) {
        throw host.refused(call, open);
      }
      requireLength(open);
      if (open.status() == 200) {
        open.body().skipNBytes(position);
      }
      good = true;
      return open;
    } finally {
      if (!good) {
        open.close();
      }
    }
  }

  private void requireLength(Answer open) throws IOException {
    long expected = blob.size() - (open.status() == 206 ? position : 0);
    if (open.length().isPresent() && open.length().getAsLong() != expected) {
      throw new DamagedContentException(
          "%s announces %d bytes for %s, which has %d"
              .formatted(host.name(), open.length().getAsLong(), blob.digest(), expected));
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    while (true) {
      try {
        if (answer == null) {
          if (position == blob.size()) {
            return -1;
          }
          answer = connect();
        }
        int n = answer.body().read(buffer, offset, length);
        position += Math.max(n, 0);
        if (n < 0 && position < blob.size()) {
          // A body of no known length ends where its connection does, for whatever reason.
          throw new EOFException("ended %d bytes early".formatted(blob.size() - position));
        }
        return n;
      } catch (InterruptedIOException | StoreException e) {
        throw e;
      } catch (IOException e) {
        hangUp();
        // If all is there, only the mark of the end was missing.
        if (position < blob.size() && --attemptsLeft <= 0) {
          throw Failures.inWords(get, host.name(), e);
        }
      }
    }
  }

  private void hangUp() throws IOException {
    Answer old = answer;
    answer = null;
    if (old != null) {
      old.body().close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      hangUp();
    } finally {
      if (placed) {
        placed = false;
        host.downloads().leave();
      }
    }
  }
}
