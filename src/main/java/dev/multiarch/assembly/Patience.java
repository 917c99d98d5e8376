package dev.multiarch.assembly;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/** How long to wait for a registry to show what it has taken. */
@FunctionalInterface
public interface Patience {

  /**
   * Waits, if it is worth it.
   *
   * @param attempt how many attempts have been made
   * @return whether to try again
   */
  boolean waitAfter(int attempt) throws InterruptedIOException;

  /** Eight seconds in all, which covers the registries that are known to lag. */
  static Patience standard() {
    List<Duration> waits =
        List.of(
            Duration.ofMillis(200),
            Duration.ofMillis(800),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5));
    return attempt -> {
      if (attempt > waits.size()) {
        return false;
      }
      try {
        Thread.sleep(waits.get(attempt - 1).toMillis());
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the registry");
      }
    };
  }
}
