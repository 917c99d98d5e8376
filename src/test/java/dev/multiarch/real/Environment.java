package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Assumptions;

/**
 * The real components that {@code environment.sh} started. On a machine that cannot have them the
 * tests are passed over and say why; in CI that is a failure.
 */
record Environment(String registry, String dockerHost, String jre, Path jreLayout) {

  static Environment get() throws IOException {
    Path folder = Path.of(System.getProperty("it.environment"));
    Path unavailable = folder.resolve("unavailable.txt");
    if (Files.exists(unavailable)) {
      String reason = Files.readString(unavailable);
      assertThat(System.getenv("CI")).as("in CI everything runs: " + reason).isNull();
      Assumptions.abort(reason);
    }
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(folder.resolve("environment.properties"))) {
      properties.load(in);
    }
    return new Environment(
        properties.getProperty("registry"),
        properties.getProperty("docker.host"),
        properties.getProperty("jre.base"),
        Path.of(properties.getProperty("jre.layout")));
  }
}
