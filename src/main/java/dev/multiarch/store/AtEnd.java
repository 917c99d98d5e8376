package dev.multiarch.store;

import org.jspecify.annotations.Nullable;

/**
 * Something to do if the process is told to end (Ctrl-C) while things are open: no thread comes to
 * close its own then. Nothing is left with the JVM once all are closed, since a Maven daemon lives
 * longer than we are wanted.
 */
public final class AtEnd {

  private final Thread work;
  private @Nullable Thread hook;
  private int open;

  /**
   * @param name of the thread that does it
   * @param work done once, beside other such work
   */
  public AtEnd(String name, Runnable work) {
    this.work = new Thread(work, name);
  }

  /** One more thing is open. */
  public synchronized void opened() {
    open++;
    if (hook == null) {
      try {
        Runtime.getRuntime().addShutdownHook(work);
        hook = work;
      } catch (IllegalStateException e) {
        // The process ends already.
      }
    }
  }

  /** One of them is closed. */
  public synchronized void closed() {
    open--;
    if (open == 0 && hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It is running.
      }
      hook = null;
    }
  }
}
