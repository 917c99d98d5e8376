package dev.multiarch.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;

/**
 * The peace that one host has asked for, or needs after a failure. All requests to the host keep
 * it, not only the one that failed: a registry that says "not now" says so to all.
 */
final class Backoff {

  private static final Duration WORTH_TELLING = Duration.ofSeconds(4);

  private final String host;
  private final RegistryOptions.Retries limits;
  private final RegistryLog log;
  private final Time time;
  private Instant notBefore = Instant.EPOCH;

  Backoff(String host, RegistryOptions options, Time time) {
    this.host = host;
    this.limits = options.retries();
    this.log = options.log();
    this.time = time;
  }

  /** The pause that the n-th failure in a row of one request calls for, n counting from 1. */
  Duration afterFailure(int n) {
    long doubled = limits.firstDelay().toMillis() << Math.min(n - 1, 20);
    long bounded = Math.min(doubled, limits.longestDelay().toMillis());
    // Between half and all of it.
    return Duration.ofMillis((long) (bounded * (0.5 + time.jitter() / 2)));
  }

  /** Asks for peace from now on. A longer one that was asked for before stays. */
  synchronized void pause(Duration pause) {
    Instant until = time.now().plus(pause);
    if (until.isAfter(notBefore)) {
      notBefore = until;
    }
  }

  /** How long a request would wait now. */
  synchronized Duration left() {
    Duration left = Duration.between(time.now(), notBefore);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Waits until the host may be asked again. */
  void await() throws IOException {
    for (Duration left = left(); !left.isZero(); left = left()) {
      if (left.compareTo(WORTH_TELLING) > 0) {
        log.info("Waiting %d s before asking %s again".formatted(left.toSeconds(), host));
      }
      try {
        // A few milliseconds apart, or all who wait come back as one.
        time.sleep(left.plusMillis((long) (time.jitter() * 50)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }
}
