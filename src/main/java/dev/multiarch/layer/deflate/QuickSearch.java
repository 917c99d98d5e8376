package dev.multiarch.layer.deflate;

import java.util.Arrays;

/**
 * For content that is compressed already: looks at one earlier position, and the longer nothing is
 * found, the fewer positions are tried. In an archive it finds the names, which are written twice,
 * and passes over the rest.
 */
final class QuickSearch implements Search {

  private static final int BLOCK = 256 * 1024;
  private static final int HASH_BITS = 15;
  private static final int MULTIPLIER = 0x9E3779B1;
  private static final int PATIENCE = 5;
  private static final int MAX_STRIDE = 8;
  private static final int PRIMING_STRIDE = 4;

  /** A match that begins earlier still reaches behind the position at which it was found. */
  private static final int MAX_BACK = Alphabet.MAX_MATCH - Integer.BYTES;

  private final int[] positions = new int[1 << HASH_BITS];

  @Override
  public void begin(byte[] in, int to) {
    Arrays.fill(positions, -MatchFinder.WINDOW - 1);
    for (int at = 0; at < to; at += PRIMING_STRIDE) {
      positions[hash(MatchFinder.intAt(in, at))] = at;
    }
  }

  private static int hash(int four) {
    return four * MULTIPLIER >>> (Integer.SIZE - HASH_BITS);
  }

  @Override
  public int block(byte[] in, int from, int end, Sequences found) {
    int blockEnd = Math.min(end, from + BLOCK);
    int last = Math.min(blockEnd, end - Integer.BYTES + 1);
    int at = from;
    int literals = from;
    int misses = 0;
    while (at < last && !found.isFull()) {
      int four = MatchFinder.intAt(in, at);
      int hash = hash(four);
      int earlier = positions[hash];
      positions[hash] = at;
      if (at - earlier > MatchFinder.WINDOW || MatchFinder.intAt(in, earlier) != four) {
        at += Math.min(MAX_STRIDE, 1 + (misses++ >>> PATIENCE));
        continue;
      }
      misses = 0;
      int distance = at - earlier;
      int floor = Math.max(Math.max(literals, distance), at - MAX_BACK);
      while (at > floor && in[at - 1] == in[at - 1 - distance]) {
        at--;
      }
      int most = Math.min(Alphabet.MAX_MATCH, end - at);
      int length = MatchFinder.common(in, at - distance, at, most);
      found.add(at - literals, length, distance);
      at += length;
      literals = at;
      // The end of a match is where the next one of the same distance is found.
      positions[hash(MatchFinder.intAt(in, at - 2))] = at - 2;
    }
    return Math.max(literals, found.isFull() ? literals : blockEnd);
  }
}
