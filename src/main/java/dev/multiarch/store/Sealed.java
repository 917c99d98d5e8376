package dev.multiarch.store;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Bytes with their checksum behind them, for small files that a later build believes: one that lost
 * bytes with the power must not be.
 */
public final class Sealed {

  private Sealed() {}

  /** The bytes, and their CRC-32 as eight bytes more. */
  public static byte[] seal(byte[] bytes) {
    ByteBuffer both = ByteBuffer.allocate(bytes.length + Long.BYTES);
    return both.put(bytes).putLong(checksum(bytes, bytes.length)).array();
  }

  /**
   * What was sealed.
   *
   * @return empty if the bytes are not as they were written
   */
  public static Optional<byte[]> open(byte[] both) {
    int length = both.length - Long.BYTES;
    return length > 0 && ByteBuffer.wrap(both).getLong(length) == checksum(both, length)
        ? Optional.of(Arrays.copyOf(both, length))
        : Optional.empty();
  }

  private static long checksum(byte[] bytes, int length) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, 0, length);
    return checksum.getValue();
  }
}
