package dev.multiarch.registry;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/**
 * Tries again what may succeed later: broken connections, timeouts, 408, 429 and most of 5xx. What
 * a registry asks for in {@code Retry-After} (RFC 9110, 10.2.3) is heeded up to a limit.
 */
final class Retries {

  private static final Duration WORTH_TELLING = Duration.ofSeconds(3);

  private final RegistryOptions options;
  private final Clock clock;

  Retries(RegistryOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /**
   * Does it until it succeeds, fails for good, or has been tried often enough.
   *
   * @return the last answer, which may be an error
   */
  Answer answer(String what, CheckedSupplier<Answer> work) throws IOException {
    RetryPolicy<Answer> policy =
        RetryPolicy.<Answer>builder()
            .withMaxAttempts(options.attempts())
            .handleIf(Retries::mayPass)
            .handleResultIf(Answer::isTransient)
            .withDelayFn(c -> delay(c.getAttemptCount(), Optional.ofNullable(c.getLastResult())))
            .onRetryScheduled(
                e -> {
                  Answer answer = e.getLastResult();
                  if (answer != null) {
                    answer.close();
                  }
                  tell(what, answer, e.getLastException(), e.getDelay());
                })
            .build();
    return run(policy, work);
  }

  /** The same for work that has no answer to look at. */
  <T> T result(String what, CheckedSupplier<T> work) throws IOException {
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .withMaxAttempts(options.attempts())
            .handleIf(Retries::mayPass)
            .withDelayFn(c -> delay(c.getAttemptCount(), Optional.empty()))
            .onRetryScheduled(e -> tell(what, null, e.getLastException(), e.getDelay()))
            .build();
    return run(policy, work);
  }

  private static <T> T run(RetryPolicy<T> policy, CheckedSupplier<T> work) throws IOException {
    try {
      return Failsafe.with(policy).get(work);
    } catch (FailsafeException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      throw e;
    }
  }

  /** Whether the same request may pass the next time. */
  static boolean mayPass(Throwable failure) {
    if (!(failure instanceof IOException) || failure instanceof InterruptedIOException) {
      return failure instanceof java.net.SocketTimeoutException;
    }
    if (failure instanceof RegistryException refused) {
      return switch (refused.status()) {
        case 408, 429, 500, 502, 503, 504 -> true;
        default -> false;
      };
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof dev.multiarch.store.StoreException
          || cause instanceof SSLException ssl && !reset(ssl)
          || cause instanceof java.nio.channels.UnresolvedAddressException) {
        return false;
      }
    }
    return true;
  }

  /** A TLS connection that broke is a broken connection; one that was refused is a refusal. */
  private static boolean reset(SSLException e) {
    return e.getCause() instanceof IOException || String.valueOf(e.getMessage()).contains("closed");
  }

  private Duration delay(int attempts, Optional<Answer> answer) {
    Optional<Duration> asked =
        answer.flatMap(a -> a.header("Retry-After")).flatMap(this::retryAfter);
    Duration most = options.maxDelay();
    if (asked.isPresent()) {
      return asked.get().compareTo(most) > 0 ? most : asked.get();
    }
    long doubled = options.firstDelay().toMillis() << Math.min(attempts - 1, 16);
    long capped = Math.min(doubled, most.toMillis());
    // Half of it is left to chance, or all who were turned away come back at the same time.
    return Duration.ofMillis(
        capped == 0 ? 0 : capped / 2 + ThreadLocalRandom.current().nextLong(capped / 2 + 1));
  }

  private Optional<Duration> retryAfter(String value) {
    try {
      return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(value.strip()))));
    } catch (NumberFormatException e) {
      // Then it is a date.
    }
    try {
      Instant when =
          ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), when);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private void tell(
      String what,
      @org.jspecify.annotations.Nullable Answer answer,
      @org.jspecify.annotations.Nullable Throwable failure,
      Duration delay) {
    String why =
        answer != null
            ? "answer " + answer.status()
            : failure == null ? "failure" : failure.toString();
    String line = "%s: %s, again in %.1f s".formatted(what, why, delay.toMillis() / 1000.0);
    if (delay.compareTo(WORTH_TELLING) > 0) {
      options.log().info(line);
    } else {
      options.log().debug(line);
    }
  }
}
