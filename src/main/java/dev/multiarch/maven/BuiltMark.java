package dev.multiarch.maven;

import java.util.Map;
import java.util.Optional;
import org.apache.maven.project.MavenProject;

/**
 * The word that a build leaves in its project for the modules and goals of the same session. It is
 * of JDK types only, because modules may load this class with different class loaders.
 */
final class BuiltMark {

  /** Where the image goes. */
  static final String REPOSITORY = "repository";

  /** The folder of the image's layout, records and summary. */
  static final String DIRECTORY = "directory";

  /** Whether there was anything to build. */
  private static final String NEW = "new";

  private static final String KEY = "dev.multiarch.built.";

  private BuiltMark() {}

  static void leave(
      MavenProject project, String imageId, String repository, String directory, boolean isNew) {
    project.setContextValue(
        KEY + imageId,
        Map.of(REPOSITORY, repository, DIRECTORY, directory, NEW, Boolean.toString(isNew)));
  }

  /** Whether the image was built in this session, and is not what an earlier build had made. */
  static boolean isNew(MavenProject project, String imageId) {
    return of(project, imageId).map(mark -> Boolean.parseBoolean(mark.get(NEW))).orElse(false);
  }

  /** Empty if the image was not built in this session. */
  @SuppressWarnings("unchecked")
  static Optional<Map<String, String>> of(MavenProject project, String imageId) {
    return Optional.ofNullable((Map<String, String>) project.getContextValue(KEY + imageId));
  }
}
