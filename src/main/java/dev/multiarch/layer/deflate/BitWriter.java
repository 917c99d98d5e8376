package dev.multiarch.layer.deflate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packs bits into bytes, the least significant first (RFC 1951, 3.1.1). The caller provides an
 * array that is large enough, with eight bytes to spare at its end.
 */
final class BitWriter {

  /** Bits that fit between two calls of {@link #flush}. */
  static final int ROOM = 56;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] out = {};
  private int position;
  private long pending;
  private int count;

  void begin(byte[] target) {
    out = target;
    position = 0;
    pending = 0;
    count = 0;
  }

  /** Appends the {@code length} low bits of {@code bits}; the others are zero. */
  void write(long bits, int length) {
    pending |= bits << count;
    count += length;
  }

  /** Moves whole bytes out, so that fewer than eight bits wait. */
  void flush() {
    LONG.set(out, position, pending);
    int bytes = count >>> 3;
    position += bytes;
    pending = bytes == Long.BYTES ? 0 : pending >>> (bytes << 3);
    count &= 7;
  }

  /** Fills the last byte with zeros. */
  void align() {
    count = (count + 7) & ~7;
    flush();
  }

  /** Copies whole bytes; the writer is aligned. */
  void copy(byte[] bytes, int from, int length) {
    System.arraycopy(bytes, from, out, position, length);
    position += length;
  }

  /** How many bits wait; fewer than eight after a flush. */
  int waiting() {
    return count;
  }

  /** How many whole bytes are out. */
  int position() {
    return position;
  }
}
