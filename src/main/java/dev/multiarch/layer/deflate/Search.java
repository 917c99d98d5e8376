package dev.multiarch.layer.deflate;

/** A way to look for repetitions. What it finds follows from the input alone. */
interface Search {

  /** Forgets everything and learns the first {@code to} bytes, which are not compressed. */
  void begin(byte[] in, int to);

  /**
   * Searches the bytes of one block.
   *
   * @param in the input; {@link MatchFinder#SLACK} bytes behind its end may be read
   * @param from where the block begins
   * @param end where the input ends
   * @param found takes what is found; it is empty before
   * @return where the block ends: behind {@code from}, and not behind {@code end}
   */
  int block(byte[] in, int from, int end, Sequences found);
}
