package dev.multiarch.maven;

import dev.multiarch.assembly.Revision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * The revision that a session works on. It is found out once: what the session itself generates
 * does not make it another.
 */
final class SessionRevision {

  private static final String KEY = "dev.multiarch.revision.";

  private SessionRevision() {}

  /**
   * @param given what the user says; null if nothing
   * @return empty if nobody knows
   */
  static Optional<String> of(MavenSession session, MavenProject project, @Nullable String given) {
    if (given != null && !given.isBlank()) {
      return Optional.of(given.strip());
    }
    Path folder = Path.of(session.getExecutionRootDirectory()).toAbsolutePath();
    if (project.getBasedir() != null && !project.getBasedir().toPath().startsWith(folder)) {
      folder = project.getBasedir().toPath();
    }
    List<Path> built =
        session.getAllProjects().stream().flatMap(SessionRevision::generated).toList();
    Map<String, Object> data = session.getRequest().getData();
    synchronized (session.getRequest()) {
      if (data.get(KEY + folder) instanceof String known) {
        return Optional.of(known).filter(text -> !text.isEmpty());
      }
      Optional<String> found = new Revision(folder, built, System.getenv()).find();
      data.put(KEY + folder, found.orElse(""));
      return found;
    }
  }

  /** Where builds write: modules into their target, Maven 4 into one of its own beside them. */
  private static Stream<Path> generated(MavenProject project) {
    Path target = Path.of(project.getBuild().getDirectory()).toAbsolutePath();
    return project.getBasedir() == null
        ? Stream.of(target)
        : Stream.of(target, project.getBasedir().toPath().resolve(".mvn/target"));
  }
}
