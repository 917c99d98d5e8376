package dev.multiarch.layer.deflate;

import java.util.Arrays;

/** The code lengths at the head of a dynamic block, themselves compressed (RFC 1951, 3.2.7). */
final class CodeHeader {

  private static final int[] ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final int SYMBOLS = 19;
  private static final int MAX_LENGTH = 7;
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;
  private static final int[] EXTRA = {2, 3, 7};
  private static final int[] LEAST = {3, 3, 11};
  private static final int[] MOST = {6, 10, 138};

  private final int[] lengths = new int[Alphabet.LENGTHS + Alphabet.DISTANCES];
  private final int[] symbols = new int[lengths.length];
  private final int[] repeats = new int[lengths.length];
  private final int[] frequencies = new int[SYMBOLS];
  private final PrefixCode code = new PrefixCode(SYMBOLS, MAX_LENGTH);
  private int literals;
  private int distances;
  private int count;
  private int sent;

  /** Prepares the header of these two codes and gives its size in bits. */
  int prepare(PrefixCode literalCode, PrefixCode distanceCode) {
    literals = literalCode.used(Alphabet.END + 1);
    distances = distanceCode.used(1);
    for (int i = 0; i < literals; i++) {
      lengths[i] = literalCode.length(i);
    }
    for (int i = 0; i < distances; i++) {
      lengths[literals + i] = distanceCode.length(i);
    }
    Arrays.fill(frequencies, 0);
    count = 0;
    int total = literals + distances;
    for (int i = 0; i < total; ) {
      int run = 1;
      while (i + run < total && lengths[i + run] == lengths[i]) {
        run++;
      }
      runOf(lengths[i], run);
      i += run;
    }
    code.build(frequencies);
    sent = SYMBOLS;
    while (sent > 4 && code.length(ORDER[sent - 1]) == 0) {
      sent--;
    }
    int bits = 14 + 3 * sent;
    for (int i = 0; i < count; i++) {
      bits += code.length(symbols[i]) + extra(symbols[i]);
    }
    return bits;
  }

  private void runOf(int length, int run) {
    int left = run;
    if (length > 0) {
      put(length, 0);
      left--;
    }
    while (left > 0) {
      int symbol = length > 0 ? REPEAT : left < LEAST[2] ? ZEROS : MANY_ZEROS;
      int least = LEAST[symbol - REPEAT];
      if (left < least) {
        put(length, 0);
        left--;
      } else {
        int taken = Math.min(left, MOST[symbol - REPEAT]);
        put(symbol, taken - least);
        left -= taken;
      }
    }
  }

  private void put(int symbol, int repeat) {
    symbols[count] = symbol;
    repeats[count++] = repeat;
    frequencies[symbol]++;
  }

  private static int extra(int symbol) {
    return symbol < REPEAT ? 0 : EXTRA[symbol - REPEAT];
  }

  void write(BitWriter out) {
    out.write(literals - (Alphabet.END + 1), 5);
    out.write(distances - 1, 5);
    out.write(sent - 4, 4);
    out.flush();
    for (int i = 0; i < sent; i++) {
      out.write(code.length(ORDER[i]), 3);
      out.flush();
    }
    for (int i = 0; i < count; i++) {
      out.write(code.code(symbols[i]), code.length(symbols[i]));
      out.write(repeats[i], extra(symbols[i]));
      out.flush();
    }
  }
}
