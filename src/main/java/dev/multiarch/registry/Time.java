package dev.multiarch.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The clock by which requests are paced; tests bring one on which waiting takes no time. */
interface Time {

  Instant now();

  void sleep(Duration duration) throws InterruptedException;

  /** A number from 0 to below 1, so that many waiters do not come back in the same moment. */
  double jitter();

  /** The machine's own. */
  static Time system() {
    return new Time() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
      }

      @Override
      public double jitter() {
        return ThreadLocalRandom.current().nextDouble();
      }
    };
  }
}
