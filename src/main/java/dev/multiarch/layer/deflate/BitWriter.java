package dev.multiarch.layer.deflate;

/**
 * Packs bits into bytes, the least significant first (RFC 1951, 3.1.1). The caller provides an
 * array that is large enough.
 */
final class BitWriter {

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
    while (count >= Byte.SIZE) {
      out[position++] = (byte) pending;
      pending >>>= Byte.SIZE;
      count -= Byte.SIZE;
    }
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
