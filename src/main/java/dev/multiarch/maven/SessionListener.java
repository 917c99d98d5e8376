package dev.multiarch.maven;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.execution.ExecutionListener;
import org.apache.maven.execution.MavenExecutionRequest;
import org.apache.maven.execution.MavenSession;
import org.jspecify.annotations.Nullable;

/**
 * Hears what Maven tells of a session as it goes on. Maven tells one listener; this wraps it, once
 * a session, and the listener hears everything as before.
 *
 * <p>What is kept in the session are types of the JDK and of Maven only, because modules may load
 * this class with different class loaders.
 */
final class SessionListener {

  private static final String KEY = "dev.multiarch.listener.";
  private static final String GOAL = "goal";
  private static final String END = "end";
  private static final String AFTER = "after";

  private SessionListener() {}

  /**
   * Has every goal announced before it begins, in the thread that will run it.
   *
   * @param hearer must not fail
   */
  static void onGoal(MavenSession session, Consumer<ExecutionEvent> hearer) {
    hear(session, GOAL, hearer);
  }

  /** Has work done when every goal has ended, before Maven says how the session ended. */
  static void atEnd(MavenSession session, Runnable work) {
    hear(session, END, event -> work.run());
  }

  /** Has something put away when all else is done; what was begun last is put away first. */
  static void afterEnd(MavenSession session, Runnable work) {
    hear(session, AFTER, event -> work.run());
  }

  private static void hear(MavenSession session, String what, Consumer<ExecutionEvent> hearer) {
    MavenExecutionRequest request = session.getRequest();
    synchronized (request) {
      Map<String, Object> data = request.getData();
      if (!data.containsKey(KEY + what)) {
        for (String one : List.of(GOAL, END, AFTER)) {
          data.put(KEY + one, new CopyOnWriteArrayList<Consumer<ExecutionEvent>>());
        }
        request.setExecutionListener(wrap(request.getExecutionListener(), data));
      }
      hearers(data, what).add(hearer);
    }
  }

  @SuppressWarnings("unchecked")
  private static List<Consumer<ExecutionEvent>> hearers(Map<String, Object> data, String what) {
    return (List<Consumer<ExecutionEvent>>) data.get(KEY + what);
  }

  private static ExecutionListener wrap(
      @Nullable ExecutionListener listener, Map<String, Object> data) {
    List<Consumer<ExecutionEvent>> goal = hearers(data, GOAL);
    List<Consumer<ExecutionEvent>> end = hearers(data, END);
    List<Consumer<ExecutionEvent>> after = hearers(data, AFTER);
    // A class of its own would have to name what later versions of Maven tell, too.
    return (ExecutionListener)
        Proxy.newProxyInstance(
            ExecutionListener.class.getClassLoader(),
            new Class<?>[] {ExecutionListener.class},
            (proxy, method, arguments) -> {
              String what = method.getName();
              if (what.equals("mojoStarted")) {
                tell(goal, arguments);
              }
              if (!what.equals("sessionEnded")) {
                return handOn(listener, method, arguments);
              }
              try {
                tell(end, arguments);
                return handOn(listener, method, arguments);
              } finally {
                List<Consumer<ExecutionEvent>> lastFirst = new ArrayList<>(after);
                Collections.reverse(lastFirst);
                tell(lastFirst, arguments);
              }
            });
  }

  private static void tell(List<Consumer<ExecutionEvent>> hearers, Object[] arguments) {
    for (Consumer<ExecutionEvent> hearer : hearers) {
      hearer.accept((ExecutionEvent) arguments[0]);
    }
  }

  private static @Nullable Object handOn(
      @Nullable ExecutionListener listener, Method method, Object[] arguments) throws Throwable {
    try {
      return listener == null ? null : method.invoke(listener, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
