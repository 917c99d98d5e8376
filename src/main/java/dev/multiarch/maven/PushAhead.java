package dev.multiarch.maven;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * A push that begins when its module comes to the phase {@code install}, with all tests behind it,
 * and goes on beside the installing and deploying of what else the module makes. The goal {@code
 * push} waits for it and tells how it went.
 */
final class PushAhead {

  private static final String KEY = "dev.multiarch.pushAhead.";

  /** The phases beside whose goals it may run. */
  private static final Set<String> PHASES = Set.of("install", "deploy");

  private static final long PUTS_AWAY_MILLIS = TimeUnit.MINUTES.toMillis(1);

  private final FutureTask<Push.Result> task;
  private @Nullable Thread thread;

  /** What there is to do. */
  @FunctionalInterface
  interface Work {
    Push.Result run() throws IOException;
  }

  private PushAhead(Work push) {
    this.task = new FutureTask<>(push::run);
  }

  /** Leaves a push that the module will ask for in this session. */
  static void leave(MavenSession session, MavenProject project, String imageId, Work push) {
    PushAhead ahead = new PushAhead(push);
    project.setContextValue(KEY + imageId, ahead);
    SessionListener.onGoal(
        session,
        event -> {
          // A later build of the session, or the goal itself, may have taken its place.
          if (isDue(event, project) && project.getContextValue(KEY + imageId) == ahead) {
            ahead.begin();
          }
        });
    SessionListener.afterEnd(session, ahead::stop);
  }

  private static boolean isDue(ExecutionEvent event, MavenProject project) {
    // A goal on the command line is of no phase.
    String phase = event.getMojoExecution().getLifecyclePhase();
    return phase != null && PHASES.contains(phase) && project.equals(event.getProject());
  }

  /**
   * How a push that was left goes, or will go now.
   *
   * @param otherwise what to do if none was left
   */
  static Push.Result result(MavenProject project, String imageId, Work otherwise)
      throws IOException {
    // One of another class loader is of another plugin, and what it sends is found to be there.
    Optional<PushAhead> ahead =
        project.getContextValue(KEY + imageId) instanceof PushAhead left
            ? Optional.of(left)
            : Optional.empty();
    project.setContextValue(KEY + imageId, null);
    return ahead.isPresent() ? ahead.get().result() : otherwise.run();
  }

  private synchronized void begin() {
    if (thread == null) {
      Thread begun = new Thread(task, "multiarch-push");
      begun.setDaemon(true);
      begun.start();
      thread = begun;
    }
  }

  private Push.Result result() throws IOException {
    task.run();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Ends what nobody waits for any more, because a goal before {@code push} failed. */
  private synchronized void stop() {
    task.cancel(true);
    if (thread != null) {
      try {
        thread.join(PUTS_AWAY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
