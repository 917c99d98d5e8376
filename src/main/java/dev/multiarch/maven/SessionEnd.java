package dev.multiarch.maven;

import dev.multiarch.report.Table;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.maven.execution.ExecutionListener;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.logging.Log;

/**
 * Work for the end of the session, when every module has succeeded, those without this plugin
 * included. Maven tells its listener when that is; this wraps the listener, once a session.
 *
 * <p>What is kept in the session are types of the JDK only, because modules may load this class
 * with different class loaders.
 */
final class SessionEnd {

  private static final List<String> HEADING = List.of("module", "platforms", "digest", "tags");
  private static final String KEY = "dev.multiarch.sessionEnd";

  private SessionEnd() {}

  /**
   * Leaves work for the end. Pieces are done in the order in which they were left, and none after
   * one that failed.
   *
   * @param promise what will have been done, for the message that it was not
   * @param work gives a line of the table that is printed when all is done; an empty one for none
   */
  static void leave(MavenSession session, Log log, String promise, Callable<List<String>> work) {
    MavenExecutionRequest request = session.getRequest();
    synchronized (request) {
      Map<String, Object> data = request.getData();
      @SuppressWarnings("unchecked")
      List<Map.Entry<String, Callable<List<String>>>> left =
          (List<Map.Entry<String, Callable<List<String>>>>) data.get(KEY);
      if (left == null) {
        left = new ArrayList<>();
        data.put(KEY, left);
        request.setExecutionListener(
            wrap(request.getExecutionListener(), finish(session, log, left), () -> {}));
      }
      left.add(Map.entry(promise, work));
    }
  }

  /** Says something at the end, however many modules have it to say. */
  static void sayOnce(MavenSession session, Log log, String text) {
    once(session, log, text, () -> log.info(text));
  }

  /** The same for what a person should not miss. */
  static void warnOnce(MavenSession session, Log log, String text) {
    once(session, log, text, () -> log.warn(text));
  }

  private static void once(MavenSession session, Log log, String text, Runnable say) {
    synchronized (session.getRequest()) {
      if (session.getRequest().getData().putIfAbsent(KEY + text, true) != null) {
        return;
      }
    }
    leave(
        session,
        log,
        "",
        () -> {
          say.run();
          return List.of();
        });
  }

  /** Whether anything has been left. */
  static boolean isPending(MavenSession session) {
    synchronized (session.getRequest()) {
      return session.getRequest().getData().containsKey(KEY);
    }
  }

  /** Has something closed when all is done that was left, in whatever order both were said. */
  static void close(MavenSession session, Runnable closing) {
    MavenExecutionRequest request = session.getRequest();
    synchronized (request) {
      request.setExecutionListener(wrap(request.getExecutionListener(), () -> {}, closing));
    }
  }

  private static ExecutionListener wrap(
      ExecutionListener listener, Runnable before, Runnable after) {
    return (ExecutionListener)
        Proxy.newProxyInstance(
            ExecutionListener.class.getClassLoader(),
            new Class<?>[] {ExecutionListener.class},
            (proxy, method, arguments) -> {
              boolean ends = method.getName().equals("sessionEnded");
              try {
                if (ends) {
                  before.run();
                }
                return listener == null ? null : method.invoke(listener, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (ends) {
                  after.run();
                }
              }
            });
  }

  private static Runnable finish(
      MavenSession session, Log log, List<Map.Entry<String, Callable<List<String>>>> left) {
    return () -> {
      if (session.getResult().hasExceptions()) {
        boolean told =
            warn(log, "No tag was moved, because a module failed. It would have been:", left);
        if (told) {
          log.warn(
              "Run the whole build again: with -rf, which Maven advises, these tags stay as they are.");
        }
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      for (int done = 0; done < left.size(); done++) {
        Callable<List<String>> work = left.get(done).getValue();
        try {
          Failures.told(() -> rows.add(work.call()));
        } catch (Exception e) {
          session.getResult().addException(e);
          print(log, rows);
          warn(
              log,
              "These tags were not moved, or not seen to be:",
              left.subList(done, left.size()));
          return;
        }
      }
      print(log, rows);
    };
  }

  /** Prints rows of published images under a heading. */
  static void print(Log log, List<List<String>> rows) {
    List<List<String>> images = new ArrayList<>();
    for (List<String> row : rows) {
      if (!row.isEmpty()) {
        images.add(row);
      }
    }
    if (!images.isEmpty()) {
      for (String line : Table.of(HEADING, images)) {
        log.info(line);
      }
    }
  }

  /** Whether there was anything to tell. */
  private static boolean warn(
      Log log, String what, List<Map.Entry<String, Callable<List<String>>>> left) {
    List<String> promises =
        left.stream().map(Map.Entry::getKey).filter(promise -> !promise.isEmpty()).toList();
    if (!promises.isEmpty()) {
      log.warn(what);
      promises.forEach(promise -> log.warn("  " + promise));
    }
    return !promises.isEmpty();
  }
}
