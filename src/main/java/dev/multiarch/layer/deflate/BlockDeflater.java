package dev.multiarch.layer.deflate;

/**
 * Compresses one block of a larger input, so that the results of several can be put behind each
 * other. Reusable, for one thread at a time; holds about 700 KiB.
 */
public final class BlockDeflater {

  /** The bytes before a block that help to compress it: as far as a match may reach back. */
  public static final int WINDOW = MatchFinder.WINDOW;

  /** Bytes that an input array must have behind the input. */
  public static final int SLACK = MatchFinder.SLACK;

  /** How hard to look. */
  public enum Effort {
    /** Not at all: for content that is compressed already. */
    NONE,
    /** For all other content: about the size of zlib's level 6. */
    THOROUGH
  }

  private final BitWriter bits = new BitWriter();
  private final BlockWriter blocks = new BlockWriter();
  private final Sequences sequences = new Sequences();
  private final Search search = new Search();

  /** The most bytes that so many bytes of input become. */
  public static int bound(int length) {
    return length + length / 1024 + 64;
  }

  /**
   * Compresses {@code in[from..end)} and ends on a whole byte, as zlib's sync flush does, or a
   * stored block. The stream goes on after it: its last block is the caller's to write.
   *
   * @param in what goes before the block, {@link #WINDOW} bytes of it at most, the block, and
   *     {@link #SLACK} bytes that do not count
   * @param out has {@link #bound} bytes
   * @return how many bytes of {@code out} are used
   */
  public int deflate(byte[] in, int from, int end, Effort effort, byte[] out) {
    bits.begin(out);
    if (effort == Effort.NONE) {
      BlockWriter.store(bits, in, from, end);
      return bits.position();
    }
    search.begin(in, from);
    for (int at = from; at < end; ) {
      sequences.clear();
      int next = search.block(in, at, end, sequences);
      blocks.write(bits, in, at, next, sequences);
      at = next;
    }
    BlockWriter.store(bits, in, end, end);
    return bits.position();
  }
}
