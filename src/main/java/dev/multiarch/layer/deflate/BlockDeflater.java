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
    /** For content that is compressed already. */
    QUICK,
    /** For all other content. */
    THOROUGH
  }

  private final BitWriter bits = new BitWriter();
  private final BlockWriter blocks = new BlockWriter();
  private final Sequences sequences = new Sequences();
  private final Search quick = new QuickSearch();
  private final Search thorough = new ThoroughSearch();

  /** The most bytes that so many bytes of input become. */
  public static int bound(int length) {
    return length + length / 1024 + 64;
  }

  /**
   * Compresses {@code in[from..end)} and ends on a whole byte, as zlib's sync flush does. The
   * stream goes on after it: its last block is the caller's to write.
   *
   * @param in what goes before the block, {@link #WINDOW} bytes of it at most, the block, and
   *     {@link #SLACK} bytes that do not count
   * @param out has {@link #bound} bytes
   * @return how many bytes of {@code out} are used
   */
  public int deflate(byte[] in, int from, int end, Effort effort, byte[] out) {
    Search search = effort == Effort.QUICK ? quick : thorough;
    search.begin(in, from);
    bits.begin(out);
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
