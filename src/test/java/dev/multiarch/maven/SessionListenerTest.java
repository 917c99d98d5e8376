package dev.multiarch.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.maven.execution.AbstractExecutionListener;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.execution.ExecutionListener;
import org.apache.maven.execution.MavenSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maven's own listener hears all that it would have heard. */
class SessionListenerTest {

  private final List<String> heard = new ArrayList<>();
  private MavenSession session;

  @BeforeEach
  @SuppressWarnings("deprecation")
  void start() {
    session =
        new MavenSession(
            null, null, new DefaultMavenExecutionRequest(), new DefaultMavenExecutionResult());
  }

  static void end(MavenSession session) {
    session.getRequest().getExecutionListener().sessionEnded(null);
  }

  @Test
  void mavensListenerHearsOfTheEndAfterTheWorkAndBeforeWhatIsPutAway() {
    session.getRequest().setExecutionListener(mavens());
    SessionListener.afterEnd(session, () -> heard.add("first put away"));
    SessionListener.atEnd(session, () -> heard.add("first"));
    SessionListener.afterEnd(session, () -> heard.add("second put away"));
    SessionListener.atEnd(session, () -> heard.add("second"));
    end(session);
    assertThat(heard)
        .containsExactly("first", "second", "maven's end", "second put away", "first put away");
  }

  @Test
  void aGoalIsAnnouncedBeforeMavenSaysSo() {
    session.getRequest().setExecutionListener(mavens());
    SessionListener.onGoal(session, event -> heard.add("goal"));
    session.getRequest().getExecutionListener().mojoStarted(null);
    session.getRequest().getExecutionListener().mojoSucceeded(null);
    assertThat(heard).containsExactly("goal", "maven's goal", "maven's success");
  }

  @Test
  void theListenerIsWrappedOnce() {
    SessionListener.onGoal(session, event -> heard.add("goal"));
    ExecutionListener wrapped = session.getRequest().getExecutionListener();
    SessionListener.atEnd(session, () -> heard.add("end"));
    assertThat(session.getRequest().getExecutionListener()).isSameAs(wrapped);
  }

  @Test
  void whatMavensListenerThrowsIsThrownAndEverythingPutAway() {
    session
        .getRequest()
        .setExecutionListener(
            new AbstractExecutionListener() {
              @Override
              public void sessionEnded(ExecutionEvent event) {
                throw new IllegalStateException("Maven's");
              }
            });
    SessionListener.afterEnd(session, () -> heard.add("put away"));
    assertThatThrownBy(() -> end(session)).hasMessage("Maven's");
    assertThat(heard).containsExactly("put away");
  }

  private ExecutionListener mavens() {
    return new AbstractExecutionListener() {
      @Override
      public void sessionEnded(ExecutionEvent event) {
        heard.add("maven's end");
      }

      @Override
      public void mojoStarted(ExecutionEvent event) {
        heard.add("maven's goal");
      }

      @Override
      public void mojoSucceeded(ExecutionEvent event) {
        heard.add("maven's success");
      }
    };
  }
}
