package dev.multiarch.layer;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Lets bytes through, hashing and counting them. */
final class CountingStream extends FilterOutputStream {

  private final MessageDigest hash;
  private long count;

  CountingStream(OutputStream out, MessageDigest hash) {
    super(out);
    this.hash = hash;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    hash.update(bytes, offset, length);
    count += length;
  }

  long count() {
    return count;
  }
}
