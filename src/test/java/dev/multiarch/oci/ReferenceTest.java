package dev.multiarch.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

  private static final String HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine:latest",
    "docker.io/alpine, docker.io/library/alpine:latest",
    "index.docker.io/alpine:3, docker.io/library/alpine:3",
    "acme/orders:1.0, docker.io/acme/orders:1.0",
    "localhost/orders, localhost/orders:latest",
    "localhost:5000/acme/orders:1, localhost:5000/acme/orders:1",
    "127.0.0.1:5000/latest:latest, 127.0.0.1:5000/latest:latest",
    "ghcr.io/acme/a/b/c, ghcr.io/acme/a/b/c:latest",
    "[::1]:5000/a:1, '[::1]:5000/a:1'",
    "registry-1.docker.io/acme/a__b--c.d, docker.io/acme/a__b--c.d:latest",
    "eclipse-temurin:21-jre, docker.io/library/eclipse-temurin:21-jre",
  })
  void isNormalisedAsDockerDoes(String text, String normal) {
    assertThat(Reference.parse(text)).hasToString(normal);
  }

  @Test
  void theDigestCountsMoreThanTheTag() {
    Reference reference = Reference.parse("ghcr.io/a/b:1@sha256:" + HASH);
    assertThat(reference.target()).isEqualTo("sha256:" + HASH);
    assertThat(reference.tag()).contains("1");
    assertThat(reference).hasToString("ghcr.io/a/b:1@sha256:" + HASH);
    assertThat(Reference.parse("ghcr.io/a/b@sha256:" + HASH))
        .hasToString("ghcr.io/a/b@sha256:" + HASH);
  }

  @Test
  void aTagIsOnlyThereIfItWasGiven() {
    assertThat(Reference.parse("ghcr.io/a/b").tag()).isEmpty();
    assertThat(Reference.parse("ghcr.io:443/a/b").tag()).isEmpty();
    assertThat(Reference.parse("a/b:latest").tag()).contains("latest");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Alpine",
        "r.example:65536/a",
        "r.example:123456789012/a",
        "ghcr.io/Acme/x",
        "a b",
        "a:b:c",
        "a@sha256:12",
        "/a",
        "a/",
        "a:",
        "-a",
        "ghcr.io//a",
        "ghcr.io/a..b",
        "a___b",
        "-x.io/a",
        "a:-1",
        "a@b",
        "ghcr.io/a:1@sha256:zz"
      })
  void whatCannotBeAReferenceIsRefused(String text) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "orders, false",
    "acme/orders, false",
    "ghcr.io/acme, true",
    "localhost/x, true",
    "host:5000/x, true",
  })
  void knowsWhichNamesBeginWithARegistry(String text, boolean names) {
    assertThat(Reference.namesRegistry(text)).isEqualTo(names);
  }
}
