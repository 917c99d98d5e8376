package dev.multiarch.registry;

import dev.multiarch.store.Blob;
import dev.multiarch.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Hands out a blob piece by piece. The pieces come from one pass over the blob, so that the pass
 * verifies the whole; only a step back begins a new pass.
 */
final class BlobReader implements AutoCloseable {

  private final Blob blob;
  private final long size;
  private @Nullable InputStream pass;
  private long position;

  BlobReader(Blob blob) {
    this.blob = blob;
    this.size = blob.descriptor().size();
  }

  /** The bytes from an offset on, as the body of a request. */
  Payload piece(long offset, long length) {
    return new Payload() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void prepare() throws IOException {
        if (length > 0) {
          at(offset);
        }
      }

      @Override
      public InputStream open() throws IOException {
        return new Piece(at(offset), length);
      }
    };
  }

  private InputStream at(long offset) throws IOException {
    if (pass == null || position != offset) {
      close();
      pass = blob.open();
      position = 0;
      // By reading: what the registry has already is verified too.
      pass.skipNBytes(offset);
      position = offset;
    }
    return pass;
  }

  @Override
  public void close() throws IOException {
    InputStream old = pass;
    pass = null;
    if (old != null) {
      old.close();
    }
  }

  /** A part of the pass; closing it leaves the pass where it is. */
  private final class Piece extends BulkInputStream {

    private final InputStream in;
    private long left;

    Piece(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        // The end of the blob itself is where its digest is checked.
        return position == size ? in.read(buffer, offset, 1) : -1;
      }
      int n = in.read(buffer, offset, (int) Math.min(length, left));
      if (n > 0) {
        left -= n;
        position += n;
      }
      return n;
    }
  }
}
