package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.testing.FakeRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections are used again, and none outlives the build. */
@Timeout(30)
class ConnectionsTest {

  @Test
  void noConnectionIsLeftAtTheEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Registries registries = new Registries(RegistryOptions.defaults());
      registries.repository(registry.host(), "app").resolve("1");
      assertThat(registries.isAlive()).isTrue();
      registries.close();
      assertThat(registries.isAlive()).isFalse();
    }
  }

  @Test
  void nothingIsConnectedToAfterTheEnd() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Registries registries = new Registries(RegistryOptions.defaults());
      registries.close();
      assertThatThrownBy(() -> registries.repository(registry.host(), "app").resolve("1"))
          .hasMessageContaining("the build is over");
      assertThat(registry.exchanges().all()).isEmpty();
      assertThat(registries.isAlive()).isFalse();
    }
  }
}
