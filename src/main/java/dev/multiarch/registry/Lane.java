package dev.multiarch.registry;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/** Lets so many be in it at once, such as requests to one host. An interrupt ends a wait for it. */
final class Lane {

  /** One that holds nobody up. */
  static final Lane OPEN = new Lane(Integer.MAX_VALUE);

  private final Semaphore places;

  Lane(int width) {
    this.places = new Semaphore(width, true);
  }

  void enter() throws InterruptedIOException {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  void leave() {
    places.release();
  }
}
