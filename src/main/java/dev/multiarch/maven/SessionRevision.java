package dev.multiarch.maven;

import dev.multiarch.assembly.Revision;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * The revision that a session works on. It is found out once: what the session itself generates
 * does not make it another.
 */
final class SessionRevision {

  /** Maven 4's own folder, and what maven-shade-plugin and flatten-maven-plugin leave. */
  private static final List<String> MADE =
      List.of(".mvn/target", "dependency-reduced-pom.xml", ".flattened-pom.xml");

  private static final String KEY = "dev.multiarch.revision.";

  private SessionRevision() {}

  /** Begins to ask beside other work; the answer is {@link #of}'s. */
  static void begin(MavenSession session, MavenProject project, @Nullable String given) {
    if (given == null || given.isBlank()) {
      asked(session, project);
    }
  }

  /**
   * @param given what the user says; null if nothing
   * @return empty if nobody knows
   */
  static Optional<String> of(MavenSession session, MavenProject project, @Nullable String given) {
    if (given != null && !given.isBlank()) {
      return Optional.of(given.strip());
    }
    try {
      String found = asked(session, project).get().toString();
      return found.isEmpty() ? Optional.empty() : Optional.of(found);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the source revision cannot be found out", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted"));
    }
  }

  private static Future<?> asked(MavenSession session, MavenProject project) {
    Path root = Path.of(session.getExecutionRootDirectory()).toAbsolutePath();
    Path folder =
        project.getBasedir() != null && !project.getBasedir().toPath().startsWith(root)
            ? project.getBasedir().toPath()
            : root;
    Map<String, Object> data = session.getRequest().getData();
    synchronized (session.getRequest()) {
      if (data.get(KEY + folder) instanceof Future<?> asked) {
        return asked;
      }
      FutureTask<String> task =
          new FutureTask<>(
              () -> new Revision(folder, () -> built(session), System.getenv()).find().orElse(""));
      data.put(KEY + folder, task);
      Thread thread = new Thread(task, "multiarch-revision");
      thread.setDaemon(true);
      thread.start();
      return task;
    }
  }

  /** What this plugin and others write, not all of it under target. */
  private static List<Path> built(MavenSession session) {
    List<Path> built = new ArrayList<>();
    for (MavenProject module : session.getAllProjects()) {
      built.add(Path.of(module.getBuild().getDirectory()));
      if (module.getBasedir() != null) {
        Path folder = module.getBasedir().toPath();
        for (String name : MADE) {
          built.add(folder.resolve(name));
        }
        for (ModuleParameters image : ModuleParameters.all(session, module)) {
          built.add(image.workspace().root());
          image.layouts().filter(to -> holdsNoModule(session, to)).ifPresent(built::add);
        }
      }
    }
    return built;
  }

  private static boolean holdsNoModule(MavenSession session, Path folder) {
    return session.getAllProjects().stream()
        .map(MavenProject::getBasedir)
        .noneMatch(module -> module != null && module.toPath().normalize().startsWith(folder));
  }
}
