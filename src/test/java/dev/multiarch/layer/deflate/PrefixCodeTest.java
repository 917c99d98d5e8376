package dev.multiarch.layer.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PrefixCodeTest {

  @Test
  void noCodeIsLongerThanTheLimitAndNoneIsWasted() {
    int[] fibonacci = new int[40];
    fibonacci[0] = 1;
    fibonacci[1] = 1;
    for (int i = 2; i < fibonacci.length; i++) {
      fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
    }

    assertComplete(fibonacci, 15);
    assertComplete(java.util.Arrays.copyOf(fibonacci, 19), 7);
  }

  @Test
  void randomFrequenciesGiveCompleteCodes() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int[] frequencies = new int[2 + random.nextInt(285)];
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = random.nextBoolean() ? 0 : random.nextInt(1 << random.nextInt(20));
      }
      assertComplete(frequencies, 15);
    }
  }

  @Test
  void aSymbolThatOccursMoreOftenHasNoLongerCode() {
    PrefixCode code = new PrefixCode(4, 15);
    code.build(new int[] {1, 100, 10, 1000});

    assertThat(code.length(3)).isEqualTo(1);
    assertThat(code.length(1)).isEqualTo(2);
    assertThat(code.length(0)).isEqualTo(3);
  }

  /** Every symbol that occurs has a code, and the codes fill the space (Kraft's sum is one). */
  private static void assertComplete(int[] frequencies, int limit) {
    PrefixCode code = new PrefixCode(frequencies.length, limit);
    code.build(frequencies);
    long sum = 0;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      int length = code.length(symbol);
      assertThat(length).isLessThanOrEqualTo(limit);
      if (frequencies[symbol] > 0) {
        assertThat(length).isPositive();
      }
      sum += length == 0 ? 0 : 1L << (limit - length);
    }
    assertThat(sum).isEqualTo(1L << limit);
  }
}
