package dev.multiarch.maven;

import dev.multiarch.oci.Digest;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * The word that a build leaves in its project for the modules and goals of the same session. It is
 * of JDK types only, because modules may load this class with different class loaders.
 */
final class BuiltMark {

  /** Where the image goes. */
  static final String REPOSITORY = "repository";

  /** The folder of the image's layout, records and summary. */
  static final String DIRECTORY = "directory";

  /** The id of the execution that built it. */
  static final String EXECUTION = "execution";

  /** The blobs that the build before this one had not made, by digest. */
  private static final String FRESH = "fresh";

  private static final String KEY = "dev.multiarch.built.";

  private BuiltMark() {}

  /** Marks an image that was there already. */
  static void leave(
      MavenProject project,
      String imageId,
      @Nullable MojoExecution execution,
      String repository,
      String directory) {
    put(
        project,
        imageId,
        Map.of(REPOSITORY, repository, DIRECTORY, directory, EXECUTION, id(execution)));
  }

  private static String id(@Nullable MojoExecution execution) {
    return execution == null ? "" : execution.getExecutionId();
  }

  /**
   * Marks an image that was built anew.
   *
   * @param fresh its blobs that the build before this one had not made, as far as that is known
   */
  static void leaveNew(
      MavenProject project,
      String imageId,
      @Nullable MojoExecution execution,
      String repository,
      String directory,
      Collection<Digest> fresh) {
    StringJoiner digests = new StringJoiner(" ");
    for (Digest digest : fresh) {
      digests.add(digest.toString());
    }
    put(
        project,
        imageId,
        Map.of(
            REPOSITORY,
            repository,
            DIRECTORY,
            directory,
            EXECUTION,
            id(execution),
            FRESH,
            digests.toString()));
  }

  private static void put(MavenProject project, String imageId, Map<String, String> mark) {
    project.setContextValue(KEY + imageId, mark);
  }

  /** Whether the image was built in this session, and is not what an earlier build had made. */
  static boolean isNew(MavenProject project, String imageId) {
    Optional<Map<String, String>> mark = of(project, imageId);
    return mark.isPresent() && mark.get().containsKey(FRESH);
  }

  /** The blobs of a new image that the build before this one had not made, as far as is known. */
  static Set<Digest> fresh(MavenProject project, String imageId) {
    Set<Digest> fresh = new HashSet<>();
    if (isNew(project, imageId)) {
      for (String digest : of(project, imageId).orElseThrow().get(FRESH).split(" ")) {
        if (!digest.isEmpty()) {
          fresh.add(Digest.parse(digest));
        }
      }
    }
    return fresh;
  }

  /** Empty if the image was not built in this session. */
  @SuppressWarnings("unchecked")
  static Optional<Map<String, String>> of(MavenProject project, String imageId) {
    return Optional.ofNullable((Map<String, String>) project.getContextValue(KEY + imageId));
  }
}
