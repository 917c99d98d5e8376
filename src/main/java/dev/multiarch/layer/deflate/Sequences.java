package dev.multiarch.layer.deflate;

/**
 * What the search found in a stretch of input: so many literal bytes, then a match, and again. The
 * literals themselves stay in the input.
 */
final class Sequences {

  /** How many matches one block holds at most. */
  static final int CAPACITY = 16 * 1024;

  private static final int DISTANCE_BITS = 16;

  private final int[] literals = new int[CAPACITY];
  private final int[] matches = new int[CAPACITY];
  private int count;

  void clear() {
    count = 0;
  }

  boolean isFull() {
    return count == CAPACITY;
  }

  int count() {
    return count;
  }

  /** Adds {@code run} literals and the match behind them. */
  void add(int run, int length, int distance) {
    literals[count] = run;
    matches[count++] = length << DISTANCE_BITS | distance;
  }

  int literals(int index) {
    return literals[index];
  }

  int length(int index) {
    return matches[index] >>> DISTANCE_BITS;
  }

  int distance(int index) {
    return matches[index] & (1 << DISTANCE_BITS) - 1;
  }
}
