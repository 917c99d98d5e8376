package dev.multiarch.maven;

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

  private static final String KEY = "dev.multiarch.sessionEnd";

  private SessionEnd() {}

  /**
   * Leaves work for the end. Pieces are done in the order in which they were left, and none after
   * one that failed.
   *
   * @param promise what will have been done, for the message that it was not
   */
  static void leave(MavenSession session, Log log, String promise, Callable<?> work) {
    MavenExecutionRequest request = session.getRequest();
    synchronized (request) {
      Map<String, Object> data = request.getData();
      @SuppressWarnings("unchecked")
      List<Map.Entry<String, Callable<?>>> left =
          (List<Map.Entry<String, Callable<?>>>) data.get(KEY);
      if (left == null) {
        left = new ArrayList<>();
        data.put(KEY, left);
        request.setExecutionListener(
            wrap(request.getExecutionListener(), finish(session, log, left)));
      }
      left.add(Map.entry(promise, work));
    }
  }

  /** Whether anything has been left. */
  static boolean isPending(MavenSession session) {
    synchronized (session.getRequest()) {
      return session.getRequest().getData().containsKey(KEY);
    }
  }

  private static ExecutionListener wrap(ExecutionListener listener, Runnable finish) {
    return (ExecutionListener)
        Proxy.newProxyInstance(
            ExecutionListener.class.getClassLoader(),
            new Class<?>[] {ExecutionListener.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("sessionEnded")) {
                finish.run();
              }
              if (listener == null) {
                return null;
              }
              try {
                return method.invoke(listener, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Runnable finish(
      MavenSession session, Log log, List<Map.Entry<String, Callable<?>>> left) {
    return () -> {
      if (session.getResult().hasExceptions()) {
        warn(log, "No tag was moved, because a module failed. It would have been:", left);
        return;
      }
      for (int done = 0; done < left.size(); done++) {
        Callable<?> work = left.get(done).getValue();
        try {
          Failures.told(work::call);
        } catch (Exception e) {
          session.getResult().addException(e);
          warn(
              log,
              "These tags were not moved, or not seen to be:",
              left.subList(done, left.size()));
          return;
        }
      }
    };
  }

  private static void warn(Log log, String what, List<Map.Entry<String, Callable<?>>> left) {
    log.warn(what);
    left.stream()
        .map(Map.Entry::getKey)
        .filter(promise -> !promise.isEmpty())
        .forEach(promise -> log.warn("  " + promise));
  }
}
