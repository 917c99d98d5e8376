package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.testing.FakeRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM that exits waits for threads that are in native code, as an HTTP client's always is. */
class ClientsTest {

  @Test
  @Timeout(30)
  void noThreadIsLeftOfAClientThatWasUsed() throws IOException {
    try (FakeRegistry registry = FakeRegistry.start()) {
      Registries registries = new Registries(RegistryOptions.defaults());
      registries.repository(registry.host(), "app").resolve("1");
      assertThat(registries.isAlive()).isTrue();
      registries.close();
      while (registries.isAlive()) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aClientThatWasNeverWantedIsNotMadeToBeEnded() {
    Registries registries = new Registries(RegistryOptions.defaults());
    registries.close();
    assertThat(registries.isAlive()).isFalse();
  }
}
