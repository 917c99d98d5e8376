package dev.multiarch.maven;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  private final IOException cause = new IOException("the disk is gone");

  @Test
  void failuresInsideOfStreamsAndListingsAreToldLikeOthers() {
    assertTold(new UncheckedIOException(cause));
    assertTold(new DirectoryIteratorException(cause));
    assertTold(cause);
  }

  private static void assertTold(Exception failure) {
    assertThatThrownBy(
            () ->
                Failures.told(
                    () -> {
                      throw failure;
                    }))
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("the disk is gone");
  }
}
