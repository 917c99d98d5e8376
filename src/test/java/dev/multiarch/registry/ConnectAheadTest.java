package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.blob;
import static dev.multiarch.registry.RegistryFiles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.store.Store;
import dev.multiarch.testing.At;
import dev.multiarch.testing.Exchange;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is learnt of a registry beside the building need not be learnt by the push. */
@Timeout(30)
class GreetingTest {

  private final FakeRegistry registry = FakeRegistry.start();
  private final Registries registries =
      new Registries(
          RegistryOptions.defaults()
              .withCredentials(TestCredentials.always(Credential.basic("user", "password"))),
          new TestTime());

  @AfterEach
  void stop() {
    registries.close();
    registry.close();
  }

  private void greet() throws Exception {
    registries.greet(registry.host(), "app").get();
  }

  private Store app() {
    return registries.repository(registry.host(), "app");
  }

  @Test
  void aPushFindsAConnectionAndAToken() throws Exception {
    registry.requireTokens().user("user", "password");
    greet();
    assertThat(registry.exchanges().all())
        .extracting(Exchange::kind)
        .containsExactly(Kind.PING, Kind.TOKEN, Kind.PING);
    registry.exchanges().clear();
    app().resolve("1");
    app().put(blob(bytes(10)));
    assertThat(registry.exchanges().where(e -> e.status() == 401)).isEmpty();
    assertThat(registry.exchanges().count(Kind.TOKEN)).isZero();
    assertThat(registry.connections()).isEqualTo(1);
  }

  @Test
  void aHostThatIsKnownIsNotGreeted() throws Exception {
    registry.requireBasic("user", "password");
    app().resolve("1");
    registry.exchanges().clear();
    greet();
    assertThat(registry.exchanges().all()).isEmpty();
  }

  @Test
  void aHostThatIsKnownIsAskedForTheTokenOfAnotherRepository() throws Exception {
    registry.requireTokens().user("user", "password");
    registries.repository(registry.host(), "base").resolve("1");
    registry.exchanges().clear();
    greet();
    assertThat(registry.exchanges().all()).extracting(Exchange::kind).containsExactly(Kind.TOKEN);
  }

  @Test
  void whatFailsIsLeftToThePush() throws Exception {
    registry.requireBasic("user", "another");
    greet();
    assertThatThrownBy(() -> app().resolve("1")).hasMessageContaining("answered 401");
  }

  @Test
  void aRegistryInTroubleIsNotWaitedFor() throws Exception {
    registry.plant(Fault.status(503), At.request(1).andEver());
    greet();
    assertThat(registry.exchanges().all()).hasSize(1);
  }
}
