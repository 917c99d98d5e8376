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

  private static final String KEY = "dev.multiarch.built.";

  private BuiltMark() {}

  static void leave(MavenProject project, String imageId, String repository, String directory) {
    project.setContextValue(KEY + imageId, Map.of(REPOSITORY, repository, DIRECTORY, directory));
  }

  /** Empty if the image was not built in this session. */
  @SuppressWarnings("unchecked")
  static Optional<Map<String, String>> of(MavenProject project, String imageId) {
    return Optional.ofNullable((Map<String, String>) project.getContextValue(KEY + imageId));
  }
}
