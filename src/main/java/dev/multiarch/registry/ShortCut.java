package dev.multiarch.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A way to save a request that not every registry offers. Nobody knows before somebody has tried
 * it; while one does, the others wait for what it finds, or each would pay for the same lesson.
 */
final class ShortCut {

  private enum State {
    UNTRIED,
    WORKS,
    FAILS
  }

  private final ReentrantLock trying = new ReentrantLock();
  private volatile State state = State.UNTRIED;

  /** Something that tries the short cut and says what it {@link #learnt}. */
  @FunctionalInterface
  interface Trial<T> {
    T run() throws IOException;
  }

  boolean works() {
    return state == State.WORKS;
  }

  boolean fails() {
    return state == State.FAILS;
  }

  /** Notes what became of the short cut. */
  void learnt(boolean works) {
    state = works ? State.WORKS : State.FAILS;
  }

  /**
   * Tries the short cut, if nobody has yet.
   *
   * @return what the trial gave; empty if it was tried before, or by somebody else meanwhile
   */
  <T> Optional<T> tryFirst(Trial<T> trial) throws IOException {
    if (state != State.UNTRIED) {
      return Optional.empty();
    }
    lock();
    try {
      return state == State.UNTRIED ? Optional.of(trial.run()) : Optional.empty();
    } finally {
      trying.unlock();
    }
  }

  /** Waits for the trial that is under way, if there is one. */
  void awaitTrial() throws IOException {
    if (state == State.UNTRIED) {
      lock();
      trying.unlock();
    }
  }

  private void lock() throws InterruptedIOException {
    try {
      trying.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
