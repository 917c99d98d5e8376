package dev.multiarch.maven;

import dev.multiarch.oci.Descriptor;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.project.MavenProject;

/**
 * What push tells assemble within one run, so that nothing is asked twice.
 *
 * @param tagsBefore what the image's tags named when push looked
 */
record PublicationState(Map<String, Optional<Descriptor>> tagsBefore) {

  private static final String KEY = "dev.multiarch.publication.";

  void keep(MavenProject project, String imageId) {
    project.setContextValue(KEY + imageId, this);
  }

  /** Empty if push did not run before, or was loaded by another class loader. */
  static Optional<PublicationState> of(MavenProject project, String imageId) {
    return project.getContextValue(KEY + imageId) instanceof PublicationState state
        ? Optional.of(state)
        : Optional.empty();
  }
}
