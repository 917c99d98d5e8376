package dev.multiarch.layer.deflate;

/** How lengths and distances are said in symbols and extra bits (RFC 1951, 3.2.5). */
final class Alphabet {

  static final int MIN_MATCH = 3;
  static final int MAX_MATCH = 258;

  /** The literal/length symbol that ends a block. */
  static final int END = 256;

  /** Literal/length symbols in use; the fixed code has two more that never occur. */
  static final int LENGTHS = 286;

  static final int DISTANCES = 30;

  private static final int FIRST_LENGTH = 257;

  static final int[] LENGTH_BASE = new int[LENGTHS];
  static final int[] LENGTH_EXTRA = new int[LENGTHS];
  static final int[] DISTANCE_BASE = new int[DISTANCES];
  static final int[] DISTANCE_EXTRA = new int[DISTANCES];

  private static final short[] LENGTH_SYMBOL = new short[MAX_MATCH + 1];

  static {
    int length = MIN_MATCH;
    for (int symbol = FIRST_LENGTH; symbol < LENGTHS - 1; symbol++) {
      int extra = Math.max(0, (symbol - FIRST_LENGTH) / 4 - 1);
      LENGTH_BASE[symbol] = length;
      LENGTH_EXTRA[symbol] = extra;
      for (int i = 0; i < 1 << extra && length + i <= MAX_MATCH; i++) {
        LENGTH_SYMBOL[length + i] = (short) symbol;
      }
      length += 1 << extra;
    }
    // The longest match has a symbol of its own, without extra bits.
    LENGTH_BASE[LENGTHS - 1] = MAX_MATCH;
    LENGTH_SYMBOL[MAX_MATCH] = LENGTHS - 1;

    int distance = 1;
    for (int symbol = 0; symbol < DISTANCES; symbol++) {
      int extra = Math.max(0, symbol / 2 - 1);
      DISTANCE_BASE[symbol] = distance;
      DISTANCE_EXTRA[symbol] = extra;
      distance += 1 << extra;
    }
  }

  private Alphabet() {}

  /** The symbol of a match of 3 to 258 bytes. */
  static int lengthSymbol(int length) {
    return LENGTH_SYMBOL[length];
  }

  /** The symbol of a distance of 1 to 32768 bytes: its highest bit and the one below it. */
  static int distanceSymbol(int distance) {
    int d = distance - 1;
    if (d < 2) {
      return d;
    }
    int high = 31 - Integer.numberOfLeadingZeros(d);
    return 2 * high + (d >>> (high - 1) & 1);
  }
}
