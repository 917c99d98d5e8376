package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.store.BulkInputStream;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.StoreException;
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

  /**
   * @param attempts how often a body may break off before that counts as an error
   */
  BlobDownload(Host host, Call get, Descriptor blob, int attempts) throws IOException {
    this.host = host;
    this.get = get;
    this.blob = blob;
    this.attemptsLeft = attempts;
    this.answer = connect();
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
          answer = connect();
        }
        int n = answer.body().read(buffer, offset, length);
        position += Math.max(n, 0);
        return n;
      } catch (InterruptedIOException | StoreException e) {
        throw e;
      } catch (IOException e) {
        close();
        if (--attemptsLeft <= 0) {
          throw Failures.inWords(get, host.name(), e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    Answer old = answer;
    answer = null;
    if (old != null) {
      old.body().close();
    }
  }
}
