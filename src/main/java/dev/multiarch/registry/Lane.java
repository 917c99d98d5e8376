package dev.multiarch.registry;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/** Lets so many requests to one host be under way at once. */
final class Lane {

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
