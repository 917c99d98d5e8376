package dev.multiarch.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does independent pieces of work side by side, on so many threads and no more. The caller's is one
 * of them: what no other has begun it does itself, rather than wait until one wakes up. The first
 * failure stops what has not begun, and is what the caller sees; nothing goes on when a call has
 * returned, but for what was {@link #begin begun}: that ends with {@link #close} at the latest.
 */
public final class Parallel implements AutoCloseable {

  private final int width;
  private final ExecutorService threads;
  private final AtomicInteger unfinished = new AtomicInteger();

  /** Work that may fail as I/O does. */
  @FunctionalInterface
  public interface Work<T> {
    void on(T item) throws IOException;
  }

  /**
   * @param width how many pieces at once, that of the caller included; what is begun has a thread
   *     beside it in any case
   */
  public Parallel(int width) {
    this.width = width;
    int others = Math.max(1, width - 1);
    this.threads =
        new ThreadPoolExecutor(
            others,
            others,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "multiarch");
              thread.setDaemon(true);
              return thread;
            },
            // What comes after the end is left to its caller.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Does the work on each item and returns when all is done. */
  public <T> void forEach(Collection<T> items, Work<T> work) throws IOException {
    map(
        items,
        item -> {
          work.on(item);
          return null;
        });
  }

  /** Work that gives something. */
  @FunctionalInterface
  public interface Function<T, R> {
    R apply(T item) throws IOException;
  }

  /**
   * Does the work on each item.
   *
   * @return the results, in the order of the items
   * @throws IOException the first failure, with the later ones suppressed in it
   */
  public <T, R> List<R> map(Collection<T> items, Function<T, R> work) throws IOException {
    AtomicBoolean failed = new AtomicBoolean();
    List<FutureTask<R>> pieces = new ArrayList<>();
    for (T item : items) {
      pieces.add(piece(() -> failed.get() ? null : attempt(item, work, failed)));
    }
    if (width > 1) {
      for (int i = 1; i < pieces.size(); i++) {
        threads.execute(pieces.get(i));
      }
    }
    List<R> results = new ArrayList<>();
    Throwable failure = null;
    try {
      for (FutureTask<R> piece : pieces) {
        requireWanted();
        piece.run();
      }
      requireWanted();
      for (FutureTask<R> piece : pieces) {
        try {
          results.add(piece.get());
        } catch (ExecutionException e) {
          failure = first(failure, e.getCause());
        }
      }
    } catch (InterruptedException e) {
      failed.set(true);
      stop();
      throw interrupted();
    }
    if (failure != null) {
      throw rethrown(failure);
    }
    return results;
  }

  /** A piece of work that is done by the thread that runs it first. */
  private <R> FutureTask<R> piece(Callable<R> work) {
    unfinished.incrementAndGet();
    return new FutureTask<>(
        () -> {
          try {
            return work.call();
          } finally {
            unfinished.decrementAndGet();
          }
        });
  }

  private static <T, R> R attempt(T item, Function<T, R> work, AtomicBoolean failed)
      throws IOException {
    boolean done = false;
    try {
      R result = work.apply(item);
      done = true;
      return result;
    } finally {
      if (!done) {
        failed.set(true);
      }
    }
  }

  private static Throwable first(Throwable before, Throwable now) {
    if (before == null) {
      return now;
    }
    if (before != now) {
      before.addSuppressed(now);
    }
    return before;
  }

  private static IOException rethrown(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    return failure instanceof IOException e ? e : new IOException(failure);
  }

  private static void requireWanted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  /** Begins a piece of work whose result is wanted later. */
  public <R> Begun<R> begin(Callable<R> work) {
    FutureTask<R> piece = piece(work);
    threads.execute(piece);
    return () -> {
      try {
        requireWanted();
        piece.run();
        return piece.get();
      } catch (ExecutionException e) {
        throw rethrown(e.getCause());
      } catch (InterruptedException e) {
        throw interrupted();
      }
    };
  }

  /** Work that is under way. */
  @FunctionalInterface
  public interface Begun<R> {
    /** Waits for the result. */
    R get() throws IOException;
  }

  /**
   * Interrupts what runs, once: a second time would cut off the putting away of what is half-done.
   */
  private synchronized void stop() {
    if (!threads.isShutdown()) {
      threads.shutdownNow();
    }
  }

  /**
   * Interrupts work in progress, and waits until it has put away what was half-done, for a minute
   * at most; also if the caller was interrupted, which it is afterwards as before.
   */
  @Override
  public void close() {
    stop();
    if (unfinished.get() == 0) {
      // The threads' own end is nobody's concern.
      return;
    }
    // Waiting would end at once with the interrupt that most likely brought us here.
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
