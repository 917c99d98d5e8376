package dev.multiarch.registry;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.event.ExecutionAttemptedEvent;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Does something again that failed in a way that may pass. How often is Failsafe's to count; how
 * long to wait is told to the host's {@link Backoff}, which every request to it heeds.
 */
final class Retry {

  /** Enough for a server that restarts, and soon enough for a name that was mistyped. */
  private static final int ATTEMPTS_TO_CONNECT = 3;

  private final RegistryOptions.Retries limits;
  private final RegistryLog log;
  private final Backoff backoff;

  /** Whether the host has ever answered; a known one is waited for longer. */
  private volatile boolean known;

  Retry(RegistryOptions options, Backoff backoff) {
    this.limits = options.retries();
    this.log = options.log();
    this.backoff = backoff;
  }

  /** Notes that the host has answered. */
  void answered() {
    known = true;
  }

  boolean hasAnswered() {
    return known;
  }

  /** One attempt. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException;
  }

  /**
   * Attempts until it succeeds, fails for good, or has been tried often enough.
   *
   * @param what the request, for the log
   * @throws IOException the last failure
   */
  <T> T run(String what, Attempt<T> attempt) throws IOException {
    try {
      return attempt.make();
    } catch (IOException e) {
      if (!mayPass(e)) {
        throw e;
      }
      return again(what, e, attempt);
    }
  }

  /** Goes on after a failure; what most requests never need is loaded here. */
  private <T> T again(String what, IOException failed, Attempt<T> attempt) throws IOException {
    AtomicReference<IOException> first = new AtomicReference<>(failed);
    Attempt<T> all =
        () -> {
          IOException known = first.getAndSet(null);
          if (known != null) {
            throw known;
          }
          return attempt.make();
        };
    Patience patience = new Patience();
    RetryPolicy<T> policy =
        RetryPolicy.<T>builder()
            .handleIf((result, failure) -> failure != null && mayPass(failure))
            .abortOn(failure -> patience.isExhausted())
            .withMaxAttempts(limits.attempts())
            .onFailedAttempt(event -> failed(what, event, patience))
            .build();
    try {
      return Failsafe.with(policy).get(all::make);
    } catch (FailsafeException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /**
   * Whether the next attempt may end otherwise: connections that fail or stall do, and so do the
   * answers that say so. What was refused or is damaged stays so.
   */
  static boolean mayPass(Throwable failure) {
    if (failure instanceof RegistryException answered) {
      return answered.mayPass();
    }
    return failure instanceof IOException
        && !(failure instanceof StoreException)
        && !(failure instanceof InterruptedIOException)
        && !Failures.isLasting(failure);
  }

  private <T> void failed(String what, ExecutionAttemptedEvent<T> event, Patience patience) {
    Throwable failure = event.getLastException();
    Duration pause =
        (failure instanceof RegistryException answered
                ? answered.retryAfter()
                : Optional.<Duration>empty())
            .orElseGet(() -> backoff.afterFailure(event.getAttemptCount()));
    int attempts = attempts(failure);
    log.debug(
        "%s: attempt %d of %d failed (%s)"
            .formatted(what, event.getAttemptCount(), attempts, failure.getMessage()));
    if (event.getAttemptCount() >= attempts) {
      patience.end();
    } else if (patience.bears(pause)) {
      backoff.pause(pause);
    }
  }

  private int attempts(Throwable failure) {
    return failure instanceof ConnectException && !known
        ? Math.min(ATTEMPTS_TO_CONNECT, limits.attempts())
        : limits.attempts();
  }

  /** The sum of waits of one request. */
  private final class Patience {

    private Duration left = limits.longestWait();
    private boolean exhausted;

    boolean bears(Duration pause) {
      left = left.minus(pause);
      exhausted = left.isNegative();
      return !exhausted;
    }

    void end() {
      exhausted = true;
    }

    boolean isExhausted() {
      return exhausted;
    }
  }
}
