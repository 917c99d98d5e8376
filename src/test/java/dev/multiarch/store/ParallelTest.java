package dev.multiarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.testing.Event;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelTest {

  @Test
  void resultsAreInTheOrderOfTheItems() throws IOException {
    try (Parallel parallel = new Parallel(3)) {
      List<Integer> items = IntStream.range(0, 100).boxed().toList();
      assertThat(parallel.map(items, i -> i * 2))
          .isEqualTo(items.stream().map(i -> i * 2).toList());
    }
  }

  @Test
  void workIsDoneSideBySide() throws IOException {
    CyclicBarrier allAtOnce = new CyclicBarrier(4);
    try (Parallel parallel = new Parallel(4)) {
      parallel.forEach(
          List.of(1, 2, 3, 4),
          i -> {
            try {
              allAtOnce.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new IOException(e);
            }
          });
    }
  }

  @Test
  void theFirstFailureIsThrownAndStopsWhatHasNotBegun() {
    AtomicInteger begun = new AtomicInteger();
    try (Parallel parallel = new Parallel(1)) {
      assertThatThrownBy(
              () ->
                  parallel.forEach(
                      IntStream.range(0, 1000).boxed().toList(),
                      i -> {
                        begun.incrementAndGet();
                        throw new IOException("item " + i);
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("item 0");
    }
    assertThat(begun.get()).isLessThan(1000);
  }

  @Test
  void mistakesInTheProgramStayWhatTheyAre() {
    try (Parallel parallel = new Parallel(2)) {
      assertThatThrownBy(
              () ->
                  parallel.forEach(
                      List.of(1),
                      i -> {
                        throw new IllegalStateException("bug");
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatNoThreadHasBegunTheCallerDoesItself() throws IOException {
    Event begun = new Event();
    Event done = new Event();
    try (Parallel parallel = new Parallel(2)) {
      Parallel.Begun<Thread> busy =
          parallel.begin(
              () -> {
                begun.happened();
                done.await();
                return Thread.currentThread();
              });
      begun.await();
      Parallel.Begun<Thread> waiting = parallel.begin(Thread::currentThread);

      assertThat(waiting.get()).isSameAs(Thread.currentThread());
      assertThat(parallel.map(List.of(1, 2), i -> Thread.currentThread()))
          .containsOnly(Thread.currentThread());

      done.happened();
      assertThat(busy.get()).isNotSameAs(Thread.currentThread());
    }
  }

  @Test
  void whoIsInterruptedBeginsNothing() {
    List<Integer> done = new CopyOnWriteArrayList<>();
    try (Parallel parallel = new Parallel(1)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> parallel.forEach(List.of(1, 2), done::add))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(done).isEmpty();
  }

  @Test
  void aCallerThatIsInterruptedStopsTheOthers() throws Exception {
    Event stopped = new Event();
    try (Parallel parallel = new Parallel(2)) {
      isInterruptedBeside(parallel, stopped::happened);
      stopped.await();
    }
  }

  /**
   * Has the caller interrupted while another thread works with it.
   *
   * @param putAway what the other does when it is interrupted
   */
  private static void isInterruptedBeside(Parallel parallel, Runnable putAway) {
    Thread caller = Thread.currentThread();
    CyclicBarrier both = new CyclicBarrier(2);
    assertThatThrownBy(
            () ->
                parallel.forEach(
                    List.of(1, 2),
                    i -> {
                      try {
                        both.await(30, TimeUnit.SECONDS);
                        if (Thread.currentThread() == caller) {
                          caller.interrupt();
                        } else {
                          new Event().await();
                        }
                      } catch (IllegalStateException e) {
                        putAway.run();
                      } catch (Exception e) {
                        throw new IOException(e);
                      }
                    }))
        .isInstanceOf(InterruptedIOException.class);
    // Closing would wait no less if this were still so, and the next test not begin with it.
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whoIsInterruptedWaitsAllTheSameUntilTheOthersHavePutAwayTheirs() throws Exception {
    Thread caller = Thread.currentThread();
    Event begun = new Event();
    Event over = new Event();
    AtomicBoolean closed = new AtomicBoolean();
    AtomicBoolean waitedFor = new AtomicBoolean();
    Parallel parallel = new Parallel(2);
    parallel.begin(
        () -> {
          begun.happened();
          try {
            new Event().await();
          } catch (IllegalStateException e) {
            while (!closed.get() && caller.getState() != Thread.State.TIMED_WAITING) {
              Thread.onSpinWait();
            }
            waitedFor.set(!closed.get());
          } finally {
            over.happened();
          }
          return null;
        });
    begun.await();
    caller.interrupt();
    parallel.close();
    closed.set(true);
    assertThat(Thread.interrupted()).isTrue();
    over.await();
    assertThat(waitedFor).isTrue();
  }

  @Test
  void whoPutsAwayWhatIsHalfDoneIsNotInterruptedAgain() {
    Thread caller = Thread.currentThread();
    AtomicBoolean again = new AtomicBoolean(true);
    try (Parallel parallel = new Parallel(2)) {
      isInterruptedBeside(
          parallel,
          () -> {
            Thread.interrupted();
            while (caller.getState() != Thread.State.TIMED_WAITING) {
              Thread.onSpinWait();
            }
            again.set(Thread.currentThread().isInterrupted());
          });
    }
    assertThat(again).isFalse();
  }
}
