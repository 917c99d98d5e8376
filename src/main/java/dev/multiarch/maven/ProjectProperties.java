package dev.multiarch.maven;

import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.maven.project.MavenProject;

/** Tells the plugins that run afterwards what was built, or what others built and is assembled. */
final class ProjectProperties {

  private ProjectProperties() {}

  /**
   * Sets {@code multiarch.digest}, {@code multiarch.repository}, {@code multiarch.reference} (by
   * tag), {@code multiarch.pinned} (by digest) and {@code multiarch.digest.<platform>}; for an
   * image with an id of its own {@code multiarch.<id>.…}.
   */
  static void set(MavenProject project, String imageId, ImageSummary image) {
    Map<Platform, Digest> platforms = new LinkedHashMap<>();
    for (ImageSummary.Built built : image.platforms()) {
      platforms.put(built.platform(), built.manifest().digest());
    }
    Optional<Digest> index =
        image.index().isPresent() ? Optional.of(image.index().get().digest()) : Optional.empty();
    set(project, imageId, image.repository(), image.tags(), index, platforms);
  }

  /** The same of an image whose platforms lie at its destination. */
  static void set(MavenProject project, String imageId, Destination destination, Index index) {
    Map<Platform, Digest> platforms = new LinkedHashMap<>();
    for (Descriptor manifest : index.manifests()) {
      platforms.put(manifest.platform().orElseThrow(), manifest.digest());
    }
    set(
        project,
        imageId,
        destination.repository().toString(),
        destination.tags(),
        Optional.of(index.document().digest()),
        platforms);
  }

  private static void set(
      MavenProject project,
      String imageId,
      String repository,
      List<String> tags,
      Optional<Digest> index,
      Map<Platform, Digest> platforms) {
    String prefix =
        imageId.equals(Workspace.DEFAULT_ID) ? "multiarch." : "multiarch." + imageId + ".";
    Properties properties = project.getProperties();
    properties.setProperty(prefix + "repository", repository);
    if (!tags.isEmpty()) {
      properties.setProperty(prefix + "reference", repository + ":" + tags.get(0));
    }
    if (index.isPresent()) {
      properties.setProperty(prefix + "digest", index.get().toString());
      properties.setProperty(prefix + "pinned", repository + "@" + index.get());
    }
    for (var platform : platforms.entrySet()) {
      properties.setProperty(
          prefix + "digest." + platform.getKey().dashed(), platform.getValue().toString());
    }
  }
}
