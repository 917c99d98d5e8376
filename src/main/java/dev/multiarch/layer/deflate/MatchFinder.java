package dev.multiarch.layer.deflate;

import java.util.Arrays;

/**
 * Finds earlier occurrences of the bytes at a position: chains of positions whose next four bytes
 * have one hash, and for matches of three bytes the last such position.
 */
final class MatchFinder {

  /** How far back a match may lie (RFC 1951, 2). */
  static final int WINDOW = 32 * 1024;

  /** Bytes behind the input that may be read, though they never count. */
  static final int SLACK = 4;

  private static final int MASK = WINDOW - 1;
  private static final int HASH_BITS = 15;
  private static final int SHORT_HASH_BITS = 14;
  private static final int MULTIPLIER = 0x9E3779B1;

  /** Longer ways cost more bits than three literals. */
  private static final int MAX_SHORT_DISTANCE = 4096;

  private final int[] heads = new int[1 << HASH_BITS];
  private final int[] shortHeads = new int[1 << SHORT_HASH_BITS];

  /** For each position its four bytes, and the position before it whose four have the same hash. */
  private final long[] links = new long[WINDOW];

  private int distance;

  void clear() {
    Arrays.fill(heads, -WINDOW);
    Arrays.fill(shortHeads, -WINDOW);
  }

  /** Without a VarHandle: to link the first ones takes a JVM milliseconds. */
  static int intAt(byte[] in, int at) {
    return in[at] & 0xff | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff) << 16 | in[at + 3] << 24;
  }

  private static int hash(int four) {
    return four * MULTIPLIER >>> (Integer.SIZE - HASH_BITS);
  }

  private static int shortHash(int four) {
    return (four << 8) * MULTIPLIER >>> (Integer.SIZE - SHORT_HASH_BITS);
  }

  /** Remembers the positions of a stretch, which may be empty. */
  void insert(byte[] in, int from, int to) {
    if (from >= to) {
      return;
    }
    int four = intAt(in, from);
    for (int at = from; at < to; at++) {
      int hash = hash(four);
      links[at & MASK] = link(four, heads[hash]);
      heads[hash] = at;
      shortHeads[shortHash(four)] = at;
      // One byte more instead of four again, which takes long before it is compiled.
      four = four >>> Byte.SIZE | in[at + Integer.BYTES] << 3 * Byte.SIZE;
    }
  }

  /** How far back the match lies that was found last. */
  int distance() {
    return distance;
  }

  /**
   * Remembers a position and finds the longest match for it.
   *
   * @param longerThan the length that a match must exceed to be of use
   * @param most how long it may be
   * @param enough a length at which the search ends
   * @param steps how many earlier positions are looked at
   * @return its length, or {@code longerThan} if there is none
   */
  int find(byte[] in, int at, int longerThan, int most, int enough, int steps) {
    int four = intAt(in, at);
    int hash = hash(four);
    int candidate = heads[hash];
    links[at & MASK] = link(four, candidate);
    heads[hash] = at;
    int shortHash = shortHash(four);
    int shortCandidate = shortHeads[shortHash];
    shortHeads[shortHash] = at;

    int best = longerThan;
    if (best < Alphabet.MIN_MATCH
        && at - shortCandidate <= MAX_SHORT_DISTANCE
        && (four(links[shortCandidate & MASK]) ^ four) << Byte.SIZE == 0) {
      best = Alphabet.MIN_MATCH;
      distance = at - shortCandidate;
    }
    if (most <= best) {
      return best;
    }
    int oldest = at - WINDOW;
    byte end = in[at + best];
    for (int step = steps; candidate > oldest && step > 0; step--) {
      long link = links[candidate & MASK];
      if (four(link) == four && in[candidate + best] == end) {
        int length = 4 + common(in, candidate + 4, at + 4, most - 4);
        if (length > best) {
          best = length;
          distance = at - candidate;
          if (length >= enough || length >= most) {
            break;
          }
          end = in[at + best];
        }
      }
      candidate = (int) link;
    }
    return best;
  }

  /**
   * Both in one, so that most candidates are judged without a look at the input: that takes several
   * calls before it is compiled, when a small layer is done already.
   */
  private static long link(int four, int before) {
    return (long) four << Integer.SIZE | before & 0xffffffffL;
  }

  private static int four(long link) {
    return (int) (link >>> Integer.SIZE);
  }

  /** How many bytes are equal at two positions, {@code most} at most. */
  static int common(byte[] in, int first, int second, int most) {
    int length = Arrays.mismatch(in, first, first + most, in, second, second + most);
    return length < 0 ? most : length;
  }
}
