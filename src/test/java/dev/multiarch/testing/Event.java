package dev.multiarch.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something that one thread of a test does and another waits for. */
public final class Event {

  private final CountDownLatch latch = new CountDownLatch(1);

  /** It is done now. */
  public void happened() {
    latch.countDown();
  }

  /** Returns when it is done; if that takes too long, the test has failed. */
  public void await() {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
