package dev.multiarch.maven;

import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.BuiltImage;
import dev.multiarch.image.ImageBuilder;
import dev.multiarch.image.ImagePlan;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.image.LayoutContent;
import dev.multiarch.image.Mistakes;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProjectHelper;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Builds the image of a module for every platform, into an OCI image layout under {@code
 * target/multiarch/oci}, and attaches a digest record per platform. It writes nothing to a
 * registry.
 *
 * @since 0.1.0
 */
@Mojo(
    name = "build",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresDependencyResolution = ResolutionScope.RUNTIME,
    threadSafe = true)
public final class BuildMojo extends ImageMojo {

  /**
   * What the image is built on: a reference by tag or digest, {@code scratch}, {@code oci:DIR},
   * {@code oci:DIR:REF}, {@code oci:DIR@DIGEST}, or the image of another module of the build:
   * {@code reactor:groupId:artifactId[:image id]}, with a dependency of type {@code pom} and scope
   * {@code provided} on that module. The default is {@code eclipse-temurin:<java>-jre} for a module
   * with classes, and {@code scratch} for one without.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.from")
  @Nullable String from;

  /**
   * How a container of the image starts; see {@link ContainerParameters}.
   *
   * @since 0.1.0
   */
  @Parameter @Nullable ContainerParameters container;

  /**
   * The family of media types that the image is written in: {@code OCI}, or {@code Docker} for a
   * registry that knows nothing else.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.format", defaultValue = "OCI")
  String format;

  /**
   * What {@code target/multiarch/oci} holds: {@code complete} for the whole image, or {@code
   * sparse} for all but the base's layers. Those are then not downloaded: {@code push} has them
   * mounted where the base is in the same registry, and streams them from registry to registry
   * where it is not.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.layout", defaultValue = "complete")
  String layout;

  /**
   * The date that the image bears, in ISO 8601 or in seconds since the epoch. Unless it is set, it
   * is the epoch, so that the same inputs give the same digests.
   *
   * @since 0.1.0
   */
  @Parameter(defaultValue = "${project.build.outputTimestamp}")
  @Nullable String created;

  /**
   * Does not build.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.build.skip", defaultValue = "false")
  boolean skipBuild;

  private final MavenProjectHelper helper;

  @Inject
  public BuildMojo(SettingsDecrypter decrypter, MavenProjectHelper helper) {
    super(decrypter);
    this.helper = helper;
  }

  @Override
  boolean isSkipped() {
    return skipBuild;
  }

  @Override
  void run() throws IOException {
    Mistakes mistakes = new Mistakes();
    Optional<Destination> target = destination(mistakes);
    PlatformSelection selection = selection(mistakes);
    Set<Check> allowed = allowed(mistakes);
    Optional<Siblings> siblings =
        target.map(d -> new Siblings(session, project, imageId, sourceRevision(), stores(d)));
    ImageSpec spec =
        new SpecReader(session, project, siblings, mistakes)
            .read(selection, from, container, files, format, created);
    ImagePlan plan = ImagePlan.of(spec, mistakes);
    Optional<LayoutContent> content = mistakes.parse("layout", layout, LayoutContent::parse);
    target.ifPresent(
        destination -> {
          platformTags(selection, destination, mistakes);
          new SessionCheck(session, project, imageId, destination)
              .note(selection, allowed, sourceRevision(), missingRegistry(), mistakes);
        });
    mistakes.throwIfAny();
    Destination destination = target.orElseThrow();
    if (spec.selected().isEmpty()) {
      getLog().info("Nothing to build: multiarch.only names no platform of this image.");
      return;
    }
    new SessionCheck(session, project, imageId, destination).warnOfJars(selection, getLog());
    SessionStores stores = stores(destination);
    stores.warmUpFor(destination.repository());
    Workspace workspace = workspace();
    BuiltImage built;
    try (Parallel parallel = stores.parallel()) {
      built =
          new ImageBuilder(stores::openBase, stores.cache(), parallel, session.isOffline())
              .build(plan, workspace.layout(), content.orElseThrow());
    }
    BuildOutcome outcome = new BuildOutcome(spec, destination, built);
    outcome.link(workspace.layout(), imageId);
    ImageSummary summary = outcome.summary();
    workspace.write(summary);
    List<DigestRecord> records = outcome.records(imageId, coordinates(), sourceRevision());
    List<Path> files = workspace.writeRecords(records);
    for (int i = 0; i < files.size(); i++) {
      String classifier = workspace.classifier(records.get(i).platform());
      helper.attachArtifact(project, "json", classifier, files.get(i).toFile());
    }
    ProjectProperties.set(project, imageId, summary);
    BuiltMark.leave(
        project, imageId, destination.repository().toString(), outputDirectory.toString());
    outcome.report(getLog());
  }
}
