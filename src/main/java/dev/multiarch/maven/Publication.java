package dev.multiarch.maven;

import dev.multiarch.assembly.AssembledImage;
import dev.multiarch.assembly.Assembly;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.project.MavenProject;

/** An image that was checked and waits for its tags. */
record Publication(
    MavenProject project,
    String imageId,
    Destination destination,
    Workspace workspace,
    Assembly assembly,
    Assembly.Ready ready,
    MavenSession session)
    implements Callable<List<String>> {

  /** What will have been done. */
  String promise() {
    return "%s:%s → %s"
        .formatted(
            destination.repository(),
            String.join(", ", destination.tags()),
            ready.index().document().digest());
  }

  /**
   * Writes the tags.
   *
   * @return the image's line of the final table: module, platforms, digest, tags
   */
  @Override
  public List<String> call() throws IOException {
    List<String> written = assembly.publish(ready);
    Descriptor index = ready.index().document().descriptor();
    try {
      note(index);
    } catch (IOException e) {
      // The image is out all the same, and those after it are to follow; but the file is for
      // scripts that run if this run is seen to end well, and would tell them of another image.
      session
          .getResult()
          .addException(
              new MojoExecutionException(
                  "%s is published as %s, but that could not be written to %s (%s)\nSee to it that it can be, and run the goal assemble again."
                      .formatted(
                          destination.reference(), index.digest(), workspace.summaryFile(), e),
                  e));
    }
    List<String> tags = new ArrayList<>();
    for (String tag : destination.tags()) {
      tags.add(tag + (written.contains(tag) ? "" : " (unchanged)"));
    }
    tags.addAll(ready.platformTags().keySet());
    boolean only = imageId.equals(Workspace.DEFAULT_ID);
    return List.of(
        project.getArtifactId() + (only ? "" : ":" + imageId),
        PlatformSelection.join(ready.index().platforms()),
        index.digest().toString(),
        destination.repository() + ":" + String.join(", ", tags));
  }

  private void note(Descriptor index) throws IOException {
    Optional<ImageSummary> summary = built();
    if (summary.isEmpty() || !TagWriter.names(summary.get().index(), index)) {
      workspace.write(
          new AssembledImage(
              destination.repository().toString(), destination.tags(), ready.index()));
    } else if (!summary.get().published()) {
      workspace.write(summary.get().asPublished(destination.tags()));
    }
  }

  /** What a build left; a file that cannot be read gives way. */
  private Optional<ImageSummary> built() {
    try {
      return workspace.summary();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
