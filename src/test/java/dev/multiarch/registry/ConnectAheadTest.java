package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS is there when the first request needs it, and nothing has been asked before that. */
@Timeout(30)
class ConnectAheadTest {

  @TempDir private Path folder;
  private FakeRegistry registry;
  private RegistryOptions options;

  @BeforeEach
  void start() throws Exception {
    TestCertificates certificates = TestCertificates.create(folder);
    registry = FakeRegistry.startTls(certificates.serverContext());
    Path bundle = certificates.writePem(folder.resolve("ca.pem"));
    options = RegistryOptions.defaults().withCaBundles(Map.of(registry.host(), bundle));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void theFirstRequestFindsAConnectionOverWhichNothingWasAsked() throws Exception {
    try (Registries registries = new Registries(options, new TestTime())) {
      registries.connect(registry.host()).get();
      assertThat(registry.exchanges().all()).isEmpty();
      assertThat(registry.connections()).isEqualTo(1);
      registries.repository(registry.host(), "app").resolve("1");
      assertThat(registry.connections()).isEqualTo(1);
    }
  }

  @Test
  void aHostThatHasAnsweredIsNotConnectedToOnceMore() throws Exception {
    try (Registries registries = new Registries(options, new TestTime())) {
      registries.repository(registry.host(), "app").resolve("1");
      registries.connect(registry.host()).get();
      assertThat(registry.connections()).isEqualTo(1);
    }
  }

  /** On loopback the first request finds out whether TLS is spoken. */
  @Test
  void whereNobodyKnowsOfTlsNothingIsDone() throws Exception {
    try (Registries registries = new Registries(RegistryOptions.defaults(), new TestTime())) {
      registries.connect(registry.host()).get();
      assertThat(registry.connections()).isZero();
    }
  }

  @Test
  void whatFailsIsLeftToTheFirstRequest() throws Exception {
    TestCertificates others =
        TestCertificates.create(Files.createDirectory(folder.resolve("others")));
    Path bundle = others.writePem(folder.resolve("others.pem"));
    RegistryOptions mistrusting = options.withCaBundles(Map.of(registry.host(), bundle));
    try (Registries registries = new Registries(mistrusting, new TestTime())) {
      registries.connect(registry.host()).get();
      assertThat(registries.isAlive()).isFalse();
      assertThatThrownBy(() -> registries.repository(registry.host(), "app").resolve("1"))
          .hasMessageContaining("no trusted connection to " + registry.host());
    }
  }

  @Test
  void aConnectionThatTheRegistryHasClosedIsReplaced() throws Exception {
    try (Registries registries = new Registries(options, new TestTime())) {
      registries.connect(registry.host()).get();
      registry.resetConnections();
      assertThat(registries.repository(registry.host(), "app").resolve("1")).isEmpty();
    }
  }
}
