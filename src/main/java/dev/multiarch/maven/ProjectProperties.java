package dev.multiarch.maven;

import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.oci.Digest;
import java.util.List;
import java.util.Properties;
import org.apache.maven.project.MavenProject;

/** Tells the plugins that run afterwards what was built. */
final class ProjectProperties {

  private ProjectProperties() {}

  /**
   * Sets {@code multiarch.digest}, {@code multiarch.repository}, {@code multiarch.reference} (by
   * tag), {@code multiarch.pinned} (by digest) and {@code multiarch.digest.<platform>}; for an
   * image with an id of its own {@code multiarch.<id>.…}.
   */
  static void set(MavenProject project, String imageId, ImageSummary image) {
    String prefix =
        imageId.equals(Workspace.DEFAULT_ID) ? "multiarch." : "multiarch." + imageId + ".";
    Properties properties = project.getProperties();
    properties.setProperty(prefix + "repository", image.repository());
    List<String> references = image.references();
    if (!references.isEmpty()) {
      properties.setProperty(prefix + "reference", references.get(0));
    }
    if (image.index().isPresent()) {
      Digest digest = image.index().get().digest();
      properties.setProperty(prefix + "digest", digest.toString());
      properties.setProperty(prefix + "pinned", image.repository() + "@" + digest);
    }
    for (ImageSummary.Built built : image.platforms()) {
      properties.setProperty(
          prefix + "digest." + built.platform().dashed(), built.manifest().digest().toString());
    }
  }
}
