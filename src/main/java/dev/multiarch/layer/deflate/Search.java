package dev.multiarch.layer.deflate;

/**
 * Looks for repetitions: at many earlier positions, and before it takes a match, at the one that
 * begins a byte later. What it finds follows from the input alone.
 */
final class Search {

  private static final int BLOCK = 128 * 1024;
  private static final int STEPS = 32;
  private static final int ENOUGH = 64;

  private final MatchFinder finder = new MatchFinder();

  /** Forgets everything and learns the first {@code to} bytes, which are not compressed. */
  void begin(byte[] in, int to) {
    finder.clear();
    finder.insert(in, 0, to);
  }

  /**
   * Searches the bytes of one block.
   *
   * @param in the input; {@link MatchFinder#SLACK} bytes behind its end may be read
   * @param from where the block begins
   * @param end where the input ends
   * @param found takes what is found; it is empty before
   * @return where the block ends: behind {@code from}, and not behind {@code end}
   */
  int block(byte[] in, int from, int end, Sequences found) {
    int blockEnd = Math.min(end, from + BLOCK);
    int limit = Math.min(blockEnd, end - Integer.BYTES + 1);
    int at = from;
    while (at < limit && !found.isFull()) {
      at = match(in, at, limit, end, found);
    }
    return at < blockEnd && !found.isFull() ? end : at;
  }

  /**
   * Finds the next match: a method of its own, since the JVM compiles methods that are called often
   * long before loops that run long.
   *
   * @param from where the literals before it begin; before {@code limit}
   * @param limit where the search for it ends; to take a later byte instead may put it behind
   * @return where it ends, or {@code limit} if there is none
   */
  private int match(byte[] in, int from, int limit, int end, Sequences found) {
    int at = from;
    int length = find(in, at, end, Alphabet.MIN_MATCH - 1, STEPS);
    while (length < Alphabet.MIN_MATCH) {
      at++;
      if (at == limit) {
        return at;
      }
      length = find(in, at, end, Alphabet.MIN_MATCH - 1, STEPS);
    }
    int last = end - Integer.BYTES;
    int distance = finder.distance();
    int known = at + 1;
    while (length < ENOUGH && at < last) {
      int next = find(in, at + 1, end, length - 1, STEPS / 2);
      known = at + 2;
      if (!isBetter(next, finder.distance(), length, distance)) {
        break;
      }
      at++;
      length = next;
      distance = finder.distance();
    }
    found.add(at - from, length, distance);
    at += length;
    finder.insert(in, known, Math.min(at, last + 1));
    return at;
  }

  private int find(byte[] in, int at, int end, int longerThan, int steps) {
    return finder.find(in, at, longerThan, Math.min(Alphabet.MAX_MATCH, end - at), ENOUGH, steps);
  }

  /** Whether a match one byte later is worth the literal: a byte weighs four bits of distance. */
  private static boolean isBetter(int next, int nextDistance, int length, int distance) {
    return next >= length
        && 4 * (next - length)
                + Integer.numberOfLeadingZeros(nextDistance)
                - Integer.numberOfLeadingZeros(distance)
            > 2;
  }
}
