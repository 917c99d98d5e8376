package dev.multiarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {

  @ParameterizedTest
  @CsvSource({
    "linux/arm64/v8, linux/arm64",
    "linux/arm64/8, linux/arm64",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v9, linux/arm64/v9",
    "linux/x86_64, linux/amd64",
    "Linux/AMD64/v1, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/arm, linux/arm/v7",
    "linux/arm/6, linux/arm/v6",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "linux/i386, linux/386",
    "linux/ppc64el, linux/ppc64le",
    "macos/arm64, darwin/arm64",
    "windows/amd64:10.0.17763.5696, windows/amd64:10.0.17763.5696",
    "' linux/s390x ', linux/s390x",
  })
  void namesThatMeanTheSameBecomeOne(String text, String normal) {
    assertThat(Platform.parse(text)).hasToString(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "linux",
        "linux/",
        "/amd64",
        "linux/amd64/",
        "linux/amd64/v1/x",
        "linux/amd65",
        "lunix/amd64",
        "linux/amd64:",
        "linux/amd64/v 1",
        "unknown/unknown",
        "linux//v7"
      })
  void whatIsNoPlatformIsRefused(String text) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRefusalListsWhatThereIs() {
    assertThatThrownBy(() -> Platform.parse("linux/amd65"))
        .hasMessageContaining("amd65")
        .hasMessageContaining("amd64, arm, arm64");
  }

  @Test
  void whatIsPrintedIsReadAsTheSame() {
    Random random = new Random(4711);
    List<String> systems = List.of("linux", "windows", "freebsd", "darwin");
    List<String> architectures =
        List.of("amd64", "x86_64", "arm", "arm64", "aarch64", "armhf", "386", "riscv64");
    List<String> variants = List.of("v1", "v5", "v6", "v7", "v8", "v9", "3");
    for (int i = 0; i < 2000; i++) {
      Platform platform =
          new Platform(
              systems.get(random.nextInt(systems.size())),
              architectures.get(random.nextInt(architectures.size())),
              random.nextBoolean()
                  ? Optional.of(variants.get(random.nextInt(variants.size())))
                  : Optional.empty(),
              random.nextInt(4) == 0
                  ? Optional.of("10.0." + random.nextInt(30000))
                  : Optional.empty());
      assertThat(Platform.parse(platform.toString())).isEqualTo(platform);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "linux/arm/v7, linux/arm/v7, 0",
    "linux/arm/v7, linux/arm/v6, 1",
    "linux/arm/v7, linux/arm/v5, 2",
    "linux/arm/v6, linux/arm/v7, ",
    "linux/amd64/v3, linux/amd64, 2",
    "linux/amd64, linux/amd64/v2, ",
    "linux/arm64/v9, linux/arm64, 1",
    "linux/arm64, linux/arm64/v8, 0",
    "linux/arm64, linux/arm, ",
    "windows/amd64:10.0.17763, windows/amd64:10.0.17763.1, 0",
    "windows/amd64:10.0.17763, windows/amd64:10.0.1776, ",
    "windows/amd64, windows/amd64:10.0.20348.1, 0",
    "linux/amd64, windows/amd64, ",
  })
  void aProcessorRunsItsOwnAndEarlierVariants(String wanted, String offered, Integer distance) {
    assertThat(Platform.parse(wanted).distanceTo(Platform.parse(offered)))
        .isEqualTo(Optional.ofNullable(distance));
  }

  @Test
  void aNameForFilesHasNoSlash() {
    assertThat(Platform.parse("windows/amd64:10.0.1").dashed()).isEqualTo("windows-amd64-10.0.1");
    assertThat(Platform.parse("linux/arm").dashed()).isEqualTo("linux-arm-v7");
  }
}
