package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.registry.RegistryOptions.Retries;
import dev.multiarch.registry.RegistryOptions.Timeouts;
import dev.multiarch.store.Store;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a request is made again, and after how long. No test waits: the clock is the test's. */
class RetryTest {

  private final FakeRegistry registry = FakeRegistry.start();
  private final TestTime time = new TestTime();
  private final List<String> debug = new ArrayList<>();
  private final List<String> info = new ArrayList<>();
  private final Registries registries =
      new Registries(
          RegistryOptions.defaults()
              .withRetries(
                  new Retries(
                      4, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(100)))
              .withLog(log()),
          time);
  private final Store store = registries.repository(registry.host(), "app");

  private RegistryLog log() {
    return new RegistryLog() {
      @Override
      public void debug(String line) {
        debug.add(line);
      }

      @Override
      public void info(String line) {
        info.add(line);
      }
    };
  }

  @AfterEach
  void close() {
    registries.close();
    registry.close();
  }

  private int requests() {
    return registry.exchanges().all().size();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatMayPassIsTriedAgainAfterDoublingPauses(int status) throws IOException {
    registry.plant(Fault.status(status), At.request(1).times(3));
    assertThat(store.resolve("1")).isEmpty();
    assertThat(requests()).isEqualTo(4);
    // Three quarters each, as the jitter of this clock has it, of 1, 2 and 4 s.
    assertThat(time.slept()).isBetween(Duration.ofMillis(5250), Duration.ofMillis(5400));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405})
  void whatIsRefusedIsNotTriedAgain(int status) {
    registry.plant(Fault.status(status), At.request(1).andEver());
    assertThatThrownBy(() -> store.put(RegistryFiles.document("a")))
        .isInstanceOf(RegistryException.class);
    assertThat(requests()).isEqualTo(1);
    assertThat(time.slept()).isZero();
  }

  /** As seen of docker-registry 2.8 when two jobs push images that share a blob. */
  @Test
  void aPartThatTheRegistryLosesForAMomentIsWaitedFor() throws IOException {
    registry.plant(
        Fault.errors(400, "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN"), At.request(1).times(2));
    store.put(RegistryFiles.document("a"));
    assertThat(requests()).isEqualTo(3);
  }

  @Test
  void aPartThatStaysAwayIsAnErrorAfterSoManyAttempts() {
    registry.plant(Fault.errors(400, "MANIFEST_BLOB_UNKNOWN"), At.request(1).andEver());
    assertThatThrownBy(() -> store.put(RegistryFiles.document("a")))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
    assertThat(requests()).isEqualTo(4);
  }

  @Test
  void whatDoesNotPassIsAnErrorAfterSoManyAttempts() {
    registry.plant(Fault.status(503), At.request(1).andEver());
    assertThatThrownBy(() -> store.resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("answered 503")
        .extracting(e -> ((RegistryException) e).status())
        .isEqualTo(503);
    assertThat(requests()).isEqualTo(4);
    assertThat(debug).anyMatch(line -> line.contains("attempt 4 of 4"));
  }

  @Test
  void theTotalTimeoutIsThatOfAllAttempts() {
    registry.plant(Fault.stall(), At.request(1).andEver());
    Duration second = Duration.ofSeconds(1);
    try (Registries hurried =
        new Registries(
            RegistryOptions.defaults().withTimeouts(new Timeouts(second, second, second)), time)) {
      assertThatThrownBy(() -> hurried.repository(registry.host(), "app").resolve("1"))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("within 1 s");
    }
    assertThat(requests()).isEqualTo(1);
  }

  @Test
  void aPauseInSecondsIsKept() throws IOException {
    registry.plant(Fault.tooManyRequests(60), At.request(1));
    store.resolve("1");
    assertThat(time.slept()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    assertThat(info).singleElement().asString().contains("60 s", registry.host());
  }

  @Test
  void aPauseUntilADateIsKept() throws IOException {
    registry.plant(
        Fault.tooManyRequestsUntil(time.now().plus(Duration.ofSeconds(42))), At.request(1));
    store.resolve("1");
    assertThat(time.slept()).isBetween(Duration.ofSeconds(42), Duration.ofSeconds(43));
  }

  @Test
  void aDateThatHasPassedOrMeansNothingIsNoPause() {
    Instant now = time.now();
    assertThat(RetryAfter.parse("Thu, 01 Jan 1970 00:00:00 GMT", now)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("soon", now)).isEmpty();
    assertThat(RetryAfter.parse("-5", now)).isEmpty();
    assertThat(
            RetryAfter.parse(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    now.plusSeconds(7).atOffset(java.time.ZoneOffset.UTC)),
                now))
        .contains(Duration.ofSeconds(7));
  }

  @Test
  void aDateThatHasPassedDoesNotMakeUsHurry() throws IOException {
    registry.plant(Fault.tooManyRequestsUntil(time.now().minusSeconds(2)), At.request(1));
    store.resolve("1");
    assertThat(time.slept()).isPositive();
  }

  @Test
  void aPauseThatIsTooLongIsAnErrorAtOnce() {
    registry.plant(Fault.tooManyRequests(3600), At.request(1).andEver());
    assertThatThrownBy(() -> store.resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("429");
    assertThat(requests()).isEqualTo(1);
    assertThat(time.slept()).isZero();
  }

  @Test
  void pausesAddUpToTheLongestWait() {
    registry.plant(Fault.tooManyRequests(60), At.request(1).andEver());
    assertThatThrownBy(() -> store.resolve("1")).isInstanceOf(RegistryException.class);
    assertThat(requests()).isEqualTo(2);
  }

  /** A registry that asks one upload for peace is left in peace by all. */
  @Test
  void aPauseIsSharedByAllRequestsToTheHost() throws IOException {
    Backoff backoff = new Backoff("h", RegistryOptions.defaults(), time);
    backoff.pause(Duration.ofSeconds(10));
    backoff.pause(Duration.ofSeconds(2));
    assertThat(backoff.left()).isEqualTo(Duration.ofSeconds(10));
    backoff.await();
    assertThat(backoff.left()).isZero();
    assertThat(time.slept()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aHostThatNeverAnsweredIsGivenUpSoon() {
    registry.close();
    assertThatThrownBy(() -> store.resolve("1"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("refused the connection");
    assertThat(debug).hasSize(3).last().asString().contains("attempt 3 of 3");
    // Three quarters each, as the jitter of this clock has it, of 1 and 2 s.
    assertThat(time.slept()).isBetween(Duration.ofMillis(2250), Duration.ofMillis(2400));
  }

  @Test
  void aHostThatAnsweredBeforeIsWaitedFor() throws IOException {
    store.resolve("1");
    registry.close();
    debug.clear();
    assertThatThrownBy(() -> store.resolve("1")).isInstanceOf(RegistryException.class);
    assertThat(debug).last().asString().contains("attempt 4 of 4");
  }

  @Test
  void aRegistryThatRestartsIsWaitedFor() throws IOException {
    registry.plant(Fault.restart(), At.request(1).times(2));
    assertThat(store.resolve("1")).isEmpty();
  }
}
