package dev.multiarch.registry;

import java.time.Duration;
import java.time.Instant;

/** A clock on which waiting takes no time, and which knows how much was waited. */
final class TestTime implements Time {

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Duration slept = Duration.ZERO;

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized void sleep(Duration duration) {
    now = now.plus(duration);
    slept = slept.plus(duration);
  }

  @Override
  public double jitter() {
    return 0.5;
  }

  synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }

  synchronized Duration slept() {
    return slept;
  }
}
