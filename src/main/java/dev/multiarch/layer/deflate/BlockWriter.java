package dev.multiarch.layer.deflate;

import java.util.Arrays;

/**
 * Writes one block of a DEFLATE stream in the form that takes the fewest bits (RFC 1951, 3.2.3).
 *
 * <p>What is done for each sequence is a method, since the JVM compiles methods that are called
 * often long before loops that run long; a small layer is written before those are.
 */
final class BlockWriter {

  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;
  private static final int MAX_STORED = 0xffff;
  private static final int MAX_CODE = 15;

  private static final PrefixCode FIXED_LITERALS = fixedLiterals();
  private static final PrefixCode FIXED_DISTANCES = fixedDistances();

  private final int[] literalCounts = new int[Alphabet.LENGTHS];
  private final int[] distanceCounts = new int[Alphabet.DISTANCES];
  private final PrefixCode literalCode = new PrefixCode(Alphabet.LENGTHS, MAX_CODE);
  private final PrefixCode distanceCode = new PrefixCode(Alphabet.DISTANCES, MAX_CODE);
  private final CodeHeader header = new CodeHeader();

  /** The codes of the block that is written, each with its length before it. */
  private final long[] literalBits = new long[Alphabet.LENGTHS];

  private final long[] distanceBits = new long[Alphabet.DISTANCES];

  private static PrefixCode fixedLiterals() {
    int[] lengths = new int[Alphabet.LENGTHS + 2];
    Arrays.fill(lengths, 0, 144, 8);
    Arrays.fill(lengths, 144, 256, 9);
    Arrays.fill(lengths, 256, 280, 7);
    Arrays.fill(lengths, 280, 288, 8);
    PrefixCode code = new PrefixCode(lengths.length, MAX_CODE);
    code.assign(lengths);
    return code;
  }

  private static PrefixCode fixedDistances() {
    int[] lengths = new int[Alphabet.DISTANCES];
    Arrays.fill(lengths, 5);
    PrefixCode code = new PrefixCode(Alphabet.DISTANCES, MAX_CODE);
    code.assign(lengths);
    return code;
  }

  /**
   * Writes a block that is not the last.
   *
   * @param in the input
   * @param from where the block begins in it
   * @param to where it ends
   * @param sequences what was found there; bytes behind the last match are literals
   */
  void write(BitWriter out, byte[] in, int from, int to, Sequences sequences) {
    long extra = count(in, from, to, sequences);
    literalCode.build(literalCounts);
    distanceCode.build(distanceCounts);
    long dynamic =
        header.prepare(literalCode, distanceCode) + extra + bits(literalCode, distanceCode);
    long fixed = extra + bits(FIXED_LITERALS, FIXED_DISTANCES);
    long stored = storedBits(out, to - from);
    if (stored <= Math.min(dynamic, fixed) + 3) {
      store(out, in, from, to);
    } else if (fixed <= dynamic) {
      out.write(FIXED << 1, 3);
      out.flush();
      encode(out, in, from, to, sequences, FIXED_LITERALS, FIXED_DISTANCES);
    } else {
      out.write(DYNAMIC << 1, 3);
      header.write(out);
      encode(out, in, from, to, sequences, literalCode, distanceCode);
    }
  }

  /** Counts the symbols; gives the extra bits that their lengths and distances take. */
  private long count(byte[] in, int from, int to, Sequences sequences) {
    Arrays.fill(literalCounts, 0);
    Arrays.fill(distanceCounts, 0);
    int at = from;
    for (int i = 0; i < sequences.count(); i++) {
      at = countSequence(in, at, sequences, i);
    }
    countLiterals(in, at, to);
    literalCounts[Alphabet.END]++;
    long extra = 0;
    for (int symbol = Alphabet.END + 1; symbol < Alphabet.LENGTHS; symbol++) {
      extra += (long) literalCounts[symbol] * Alphabet.LENGTH_EXTRA[symbol];
    }
    for (int symbol = 0; symbol < Alphabet.DISTANCES; symbol++) {
      extra += (long) distanceCounts[symbol] * Alphabet.DISTANCE_EXTRA[symbol];
    }
    return extra;
  }

  /** Counts one sequence that begins at {@code at}; gives where it ends. */
  private int countSequence(byte[] in, int at, Sequences sequences, int i) {
    int end = at + sequences.literals(i);
    countLiterals(in, at, end);
    int length = sequences.length(i);
    literalCounts[Alphabet.lengthSymbol(length)]++;
    distanceCounts[Alphabet.distanceSymbol(sequences.distance(i))]++;
    return end + length;
  }

  private void countLiterals(byte[] in, int from, int to) {
    int[] counts = literalCounts;
    for (int i = from; i < to; i++) {
      counts[in[i] & 0xff]++;
    }
  }

  private long bits(PrefixCode literals, PrefixCode distances) {
    long bits = 0;
    for (int symbol = 0; symbol < Alphabet.LENGTHS; symbol++) {
      bits += (long) literalCounts[symbol] * literals.length(symbol);
    }
    for (int symbol = 0; symbol < Alphabet.DISTANCES; symbol++) {
      bits += (long) distanceCounts[symbol] * distances.length(symbol);
    }
    return bits;
  }

  private static long storedBits(BitWriter out, int length) {
    long pieces = Math.max(1, (length + MAX_STORED - 1) / MAX_STORED);
    return 8L * (length + 5 * pieces) + 8 - out.waiting();
  }

  /** Writes bytes as they are; with none of them, this is the mark of a flush. */
  static void store(BitWriter out, byte[] in, int from, int to) {
    int at = from;
    do {
      int length = Math.min(MAX_STORED, to - at);
      out.write(STORED << 1, 3);
      out.align();
      out.write(length, 16);
      out.write(~length & MAX_STORED, 16);
      out.flush();
      out.copy(in, at, length);
      at += length;
    } while (at < to);
  }

  private void encode(
      BitWriter out,
      byte[] in,
      int from,
      int to,
      Sequences sequences,
      PrefixCode literals,
      PrefixCode distances) {
    literals.copyTo(literalBits);
    distances.copyTo(distanceBits);
    int at = from;
    for (int i = 0; i < sequences.count(); i++) {
      at = encodeSequence(out, in, at, sequences, i);
    }
    encodeLiterals(out, in, at, to);
    write(out, literalBits[Alphabet.END]);
    out.flush();
  }

  /** Writes one sequence that begins at {@code at}; gives where it ends. */
  private int encodeSequence(BitWriter out, byte[] in, int at, Sequences sequences, int i) {
    int end = at + sequences.literals(i);
    encodeLiterals(out, in, at, end);
    int length = sequences.length(i);
    int symbol = Alphabet.lengthSymbol(length);
    write(out, literalBits[symbol]);
    out.write(length - Alphabet.LENGTH_BASE[symbol], Alphabet.LENGTH_EXTRA[symbol]);
    int distance = sequences.distance(i);
    symbol = Alphabet.distanceSymbol(distance);
    write(out, distanceBits[symbol]);
    out.write(distance - Alphabet.DISTANCE_BASE[symbol], Alphabet.DISTANCE_EXTRA[symbol]);
    out.flush();
    return end + length;
  }

  /** Three codes of at most 15 bits fit between two flushes. */
  private void encodeLiterals(BitWriter out, byte[] in, int from, int to) {
    long[] table = literalBits;
    int at = from;
    for (; at + 3 <= to; at += 3) {
      write(out, table[in[at] & 0xff]);
      write(out, table[in[at + 1] & 0xff]);
      write(out, table[in[at + 2] & 0xff]);
      out.flush();
    }
    for (; at < to; at++) {
      write(out, table[in[at] & 0xff]);
      out.flush();
    }
  }

  private static void write(BitWriter out, long entry) {
    out.write(PrefixCode.codeOf(entry), PrefixCode.lengthOf(entry));
  }
}
