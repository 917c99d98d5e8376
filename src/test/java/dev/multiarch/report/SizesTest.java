package dev.multiarch.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1 kB",
    "1499, 1 kB",
    "1500, 2 kB",
    "38200000, 38.2 MB",
    "38249999, 38.2 MB",
    "38250000, 38.3 MB",
    "1000000, 1.0 MB",
    "1000000000, 1.00 GB",
    "1004999999, 1.00 GB",
    "1005000000, 1.01 GB",
    "12345000000, 12.35 GB"
  })
  void sizesHaveTheLargestUnitThatFitsAndAreRounded(long bytes, String text) {
    assertThat(Sizes.format(bytes)).isEqualTo(text);
  }
}
