package dev.multiarch.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.maven.execution.DefaultMavenExecutionRequest;
import org.apache.maven.execution.DefaultMavenExecutionResult;
import org.apache.maven.execution.ExecutionEvent;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.project.MavenProject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is pushed before a module's tests are over, and nothing goes on after the session. */
@Timeout(30)
class PushAheadTest {

  private static final Push.Result DONE =
      new Push.Result(Optional.empty(), Optional.of(List.of()), Optional.empty());

  private final MavenProject project = module("service");
  private final AtomicInteger pushes = new AtomicInteger();
  private final CountDownLatch begun = new CountDownLatch(1);
  private MavenSession session;

  @BeforeEach
  @SuppressWarnings("deprecation")
  void start() {
    session =
        new MavenSession(
            null, null, new DefaultMavenExecutionRequest(), new DefaultMavenExecutionResult());
  }

  @Test
  void beginsWithTheFirstGoalOfInstallAndIsDoneOnce() throws Exception {
    leave(this::push);
    goal(project, "verify");
    assertThat(pushes).hasValue(0);
    goal(project, "install");
    begun.await();
    goal(project, "deploy");
    assertThat(result()).isSameAs(DONE);
    assertThat(pushes).hasValue(1);
  }

  @Test
  void beginsWithTheFirstGoalOfDeployWhereNothingIsInstalled() throws Exception {
    leave(this::push);
    goal(project, "deploy");
    begun.await();
    assertThat(result()).isSameAs(DONE);
  }

  @Test
  void isDoneByTheGoalItselfWhereNoGoalCameBefore() throws Exception {
    leave(this::push);
    goal(project, null);
    assertThat(result()).isSameAs(DONE);
    assertThat(pushes).hasValue(1);
  }

  @Test
  void doesNotBeginForAnotherModule() throws Exception {
    leave(this::push);
    goal(module("other"), "install");
    assertThat(pushes).hasValue(0);
    assertThat(result()).isSameAs(DONE);
  }

  @Test
  void doesNotBeginOnceTheGoalHasAskedForIt() throws Exception {
    leave(this::push);
    result();
    goal(project, "install");
    SessionListenerTest.end(session);
    assertThat(pushes).hasValue(1);
  }

  @Test
  void givesWayToThatOfALaterBuild() throws Exception {
    AtomicBoolean old = new AtomicBoolean();
    leave(
        () -> {
          old.set(true);
          return DONE;
        });
    leave(this::push);
    goal(project, "install");
    assertThat(result()).isSameAs(DONE);
    SessionListenerTest.end(session);
    assertThat(old).isFalse();
    assertThat(pushes).hasValue(1);
  }

  @Test
  void withoutOneTheGoalPushes() throws Exception {
    assertThat(PushAhead.result(project, "main", this::push)).isSameAs(DONE);
    assertThat(pushes).hasValue(1);
  }

  @Test
  void itsFailureIsTheGoals() {
    leave(
        () -> {
          throw new IOException("refused");
        });
    goal(project, "install");
    assertThatThrownBy(this::result).isInstanceOf(IOException.class).hasMessage("refused");
  }

  @Test
  void aSessionThatEndsWithoutTheGoalInterruptsItAndWaits() throws Exception {
    AtomicBoolean putAway = new AtomicBoolean();
    leave(
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            putAway.set(true);
          }
          return DONE;
        });
    goal(project, "install");
    begun.await();
    SessionListenerTest.end(session);
    assertThat(putAway).isTrue();
  }

  @Test
  void aSessionThatEndsBeforeItBeganPushesNothing() throws Exception {
    leave(this::push);
    goal(project, "verify");
    SessionListenerTest.end(session);
    assertThat(pushes).hasValue(0);
  }

  private void leave(PushAhead.Work push) {
    PushAhead.leave(session, project, "main", push);
  }

  private Push.Result push() {
    pushes.incrementAndGet();
    begun.countDown();
    return DONE;
  }

  private Push.Result result() throws IOException {
    return PushAhead.result(
        project,
        "main",
        () -> {
          throw new AssertionError("there was one");
        });
  }

  private void goal(MavenProject module, String phase) {
    MojoExecution execution = new MojoExecution(null, "goal", "id");
    execution.setLifecyclePhase(phase);
    session
        .getRequest()
        .getExecutionListener()
        .mojoStarted(
            (ExecutionEvent)
                Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ExecutionEvent.class},
                    (proxy, method, arguments) ->
                        switch (method.getName()) {
                          case "getMojoExecution" -> execution;
                          case "getProject" -> module;
                          default -> null;
                        }));
  }

  private static MavenProject module(String name) {
    MavenProject module = new MavenProject();
    module.setGroupId("it");
    module.setArtifactId(name);
    module.setVersion("1");
    return module;
  }
}
