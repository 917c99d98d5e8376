package dev.multiarch.layer.deflate;

import java.util.Arrays;

/**
 * A canonical prefix code of limited length (RFC 1951, 3.2.2). Symbols of equal frequency are told
 * apart by their number, so the code follows from the frequencies alone.
 */
final class PrefixCode {

  private final int maxLength;
  private final int[] lengths;
  private final int[] codes;
  private final long[] sorted;
  private final long[] weights;
  private final int[] parents;

  /**
   * @param symbols how many symbols there are
   * @param maxLength the longest code, in bits
   */
  PrefixCode(int symbols, int maxLength) {
    this.maxLength = maxLength;
    this.lengths = new int[symbols];
    this.codes = new int[symbols];
    this.sorted = new long[symbols];
    this.weights = new long[2 * symbols];
    this.parents = new int[2 * symbols];
  }

  /** The code of a symbol, its bits in the order in which they are written. */
  int code(int symbol) {
    return codes[symbol];
  }

  /** The length of a symbol's code in bits; 0 if it has none. */
  int length(int symbol) {
    return lengths[symbol];
  }

  /** Copies code and length of each symbol, both in one, for as many as the table has room. */
  void copyTo(long[] table) {
    for (int symbol = 0; symbol < table.length; symbol++) {
      table[symbol] = (long) lengths[symbol] << Integer.SIZE | codes[symbol];
    }
  }

  /** The code in what {@link #copyTo} has copied. */
  static long codeOf(long entry) {
    return entry & 0xffff;
  }

  /** The code's length in what {@link #copyTo} has copied. */
  static int lengthOf(long entry) {
    return (int) (entry >>> Integer.SIZE);
  }

  /** How many symbols there are up to the last one that has a code, but at least {@code least}. */
  int used(int least) {
    int used = lengths.length;
    while (used > least && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** Gives the symbols the lengths of a known code. */
  void assign(int[] known) {
    System.arraycopy(known, 0, lengths, 0, lengths.length);
    number();
  }

  /** Makes the code for these frequencies; at least two symbols get one, as zlib does it. */
  void build(int[] frequencies) {
    int count = sort(frequencies);
    Arrays.fill(lengths, 0);
    int[] perLength = limit(depths(count));
    int next = count;
    for (int length = 1; length <= maxLength; length++) {
      for (int i = 0; i < perLength[length]; i++) {
        next--;
        lengths[(int) (sorted[next] & 0xffff)] = length;
      }
    }
    number();
  }

  private int sort(int[] frequencies) {
    int count = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      if (frequencies[symbol] > 0) {
        sorted[count++] = (long) frequencies[symbol] << 16 | symbol;
      }
    }
    for (int symbol = 0; count < 2; symbol++) {
      if (frequencies[symbol] == 0) {
        sorted[count++] = 1L << 16 | symbol;
      }
    }
    Arrays.sort(sorted, 0, count);
    return count;
  }

  /** Huffman's tree by two queues; gives how many leaves lie at each depth. */
  private int[] depths(int leaves) {
    for (int i = 0; i < leaves; i++) {
      weights[i] = sorted[i] >>> 16;
    }
    int leaf = 0;
    int inner = leaves;
    int root = 2 * leaves - 2;
    for (int node = leaves; node <= root; node++) {
      long sum = 0;
      for (int child = 0; child < 2; child++) {
        boolean takeLeaf = leaf < leaves && (inner == node || weights[leaf] <= weights[inner]);
        int taken = takeLeaf ? leaf++ : inner++;
        sum += weights[taken];
        parents[taken] = node;
      }
      weights[node] = sum;
    }
    int[] atDepth = new int[leaves + 1];
    // From here on "weights" holds depths.
    weights[root] = 0;
    for (int node = root - 1; node >= 0; node--) {
      weights[node] = weights[parents[node]] + 1;
      if (node < leaves) {
        atDepth[(int) weights[node]]++;
      }
    }
    return atDepth;
  }

  /** Lifts leaves that lie too deep, and pushes others down until the code is complete again. */
  private int[] limit(int[] atDepth) {
    int[] count = new int[maxLength + 1];
    long total = 0;
    for (int depth = 1; depth < atDepth.length; depth++) {
      int length = Math.min(depth, maxLength);
      count[length] += atDepth[depth];
      total += (long) atDepth[depth] << (maxLength - length);
    }
    for (; total > 1L << maxLength; total--) {
      count[maxLength]--;
      int length = maxLength - 1;
      while (count[length] == 0) {
        length--;
      }
      count[length]--;
      count[length + 1] += 2;
    }
    return count;
  }

  private void number() {
    int[] next = new int[maxLength + 2];
    for (int length : lengths) {
      next[length + 1]++;
    }
    next[1] = 0;
    for (int length = 1; length <= maxLength; length++) {
      next[length + 1] = (next[length] + next[length + 1]) << 1;
    }
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length > 0) {
        codes[symbol] = Integer.reverse(next[length]++) >>> (Integer.SIZE - length);
      }
    }
  }
}
