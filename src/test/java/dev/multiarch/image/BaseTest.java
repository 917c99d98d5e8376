package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Digest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BaseTest {

  private static final Path HERE = Path.of("/module");

  @Test
  void everyFormIsRead() {
    String digest = Digest.of("x").toString();
    assertThat(Base.parse("scratch", HERE)).isEqualTo(new Base.Scratch());
    assertThat(Base.parse("alpine:3", HERE)).hasToString("docker.io/library/alpine:3");
    assertThat(Base.parse("oci:a/b", HERE)).isEqualTo(layout("/module/a/b", null));
    assertThat(Base.parse("oci:/a/b:1.0", HERE)).isEqualTo(layout("/a/b", "1.0"));
    assertThat(Base.parse("oci:a@" + digest, HERE)).isEqualTo(layout("/module/a", digest));
    assertThat(Base.parse("oci:a:b/c", HERE)).isEqualTo(layout("/module/a:b/c", null));
  }

  @Test
  void whatIsPrintedIsReadAsTheSame() {
    for (String text :
        new String[] {
          "scratch", "oci:/a/b", "oci:/a:1.0", "oci:/a@" + Digest.of("x"), "a.io/b:c"
        }) {
      assertThat(Base.parse(text, HERE)).hasToString(text);
    }
  }

  @Test
  void whatIsNoBaseIsRefused() {
    for (String wrong : new String[] {"oci:", "Alpine", "oci:a@sha256:12"}) {
      assertThatThrownBy(() -> Base.parse(wrong, HERE))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Base.Layout layout(String folder, String target) {
    return new Base.Layout(Path.of(folder), Optional.ofNullable(target));
  }
}
