package dev.multiarch.maven;

import dev.multiarch.assembly.BuildStamp;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.Base;
import dev.multiarch.image.BuiltImage;
import dev.multiarch.image.Fingerprint;
import dev.multiarch.image.ImageBuilder;
import dev.multiarch.image.ImagePlan;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.image.LayoutContent;
import dev.multiarch.image.Memo;
import dev.multiarch.image.Mistakes;
import dev.multiarch.layer.FileStates;
import dev.multiarch.layer.LayerBuilder;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.report.Sizes;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
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
    requiresDependencyResolution = ResolutionScope.RUNTIME_PLUS_SYSTEM,
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

  /**
   * If more bytes were touched, the image is planned before they are compared: what was compiled
   * has most likely changed, and to look for the main class reads most of it anyway.
   */
  private static final long MUCH_TOUCHED = 64 * 1024;

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
  boolean isAboutBuilt(boolean named) {
    return false;
  }

  @Override
  void run() throws IOException {
    try (Parallel parallel = SessionStores.parallel()) {
      run(parallel);
    }
  }

  private void run(Parallel parallel) throws IOException {
    SessionRevision.begin(session, project, revision);
    Parallel.Begun<Optional<BuildStamp>> last = parallel.begin(() -> BuildStamp.find(workspace()));
    if (!BuildStamp.isLeft(workspace())) {
      parallel.begin(LayerBuilder::warmUp);
    }
    Mistakes mistakes = new Mistakes();
    Optional<Destination> target = destination(mistakes);
    PlatformSelection selection = selection(mistakes);
    if (target.isEmpty()) {
      // What else is wrong is said together with it.
      allowed(mistakes);
      content(mistakes);
      Memo memo = memo();
      SeenFiles seen = new SeenFiles();
      ImageSpec spec = spec(selection, Optional.empty(), memo, seen, mistakes);
      ImagePlan.of(spec, memo, seen, mistakes, parallel);
      mistakes.throwIfAny();
    }
    Destination destination = target.orElseThrow();
    SessionStores stores = stores(destination);
    Instant begin = session.getRequest().getStartTime().toInstant();
    SeenFiles seen = new SeenFiles(stores.cache().root(), begin);
    ImageBuilder builder =
        new ImageBuilder(stores::openBase, stores.cache(), seen, parallel, session.isOffline());
    if (!selection.selected().isEmpty()) {
      askAhead(builder);
    }
    Set<Check> allowed = allowed(mistakes);
    Memo memo = memo();
    Optional<LayoutContent> content = content(mistakes);
    SessionCheck check = new SessionCheck(session, project, imageId, destination, getLog());
    boolean publishes = check.publishes();
    Siblings.Use use = new Siblings.Use(doubted(allowed, publishes), selection.part());
    Siblings siblings = new Siblings(session, project, imageId, this::sourceRevision, stores, use);
    ImageSpec spec = spec(selection, Optional.of(siblings), memo, seen, mistakes);
    platformTags(selection, destination, mistakes);
    check.noteSecondImage(execution, mistakes);
    check.note(selection, allowed, sourceRevision(), missingRegistry(), mistakes);
    if (mistakes.isEmpty()) {
      check.warnOfJars(selection);
      if (!spec.selected().isEmpty()) {
        builder.ask(spec.from());
        if (publishes && !isAsked(spec.from(), destination)) {
          stores.connect(destination.repository());
        }
      }
    }
    Optional<BuildStamp> earlier = last.get();
    FileStates states = new FileStates(seen);
    // Before the plan: if a file comes or goes in between, there is a build too many, not too few.
    Optional<Fingerprint> inputs =
        mistakes.isEmpty() && !spec.selected().isEmpty()
            ? inputs(spec, destination, states)
            : Optional.empty();
    Optional<ImagePlan> early = Optional.empty();
    if (earlier.isPresent() && inputs.isPresent()) {
      Instant since = earlier.get().begin();
      if (states.unread(since) > MUCH_TOUCHED) {
        early = Optional.of(ImagePlan.of(spec, memo, seen, mistakes, parallel));
      }
      if (inputs.get().digest(since).equals(Optional.of(earlier.get().inputs()))
          && builder.isStill(spec.from(), baseDigest(earlier.get().summary()))) {
        if (early.isPresent()) {
          remember(memo, seen);
        } else {
          // To read the few files once more that were touched costs less than to write of them.
          memo.saveBeside();
        }
        reuse(earlier.get(), destination, stores);
        return;
      }
    }
    ImagePlan plan =
        early.isPresent() ? early.get() : ImagePlan.of(spec, memo, seen, mistakes, parallel);
    mistakes.throwIfAny();
    if (spec.selected().isEmpty()) {
      getLog().info("Nothing to build: this run builds no platform of this image.");
      return;
    }
    BuildStamp.forget(workspace());
    BuiltImage built = build(builder, plan, content.orElseThrow(), stores);
    // Beside what is written of the image: neither needs the other.
    Parallel.Begun<?> remembered =
        parallel.begin(
            () -> {
              remember(memo, seen);
              return null;
            });
    keep(new BuildOutcome(spec, destination, built), inputs, begin, earlier);
    remembered.get();
  }

  private BuiltImage build(
      ImageBuilder builder, ImagePlan plan, LayoutContent content, SessionStores stores)
      throws IOException {
    try {
      return builder.build(plan, workspace().layout(), content);
    } catch (DamagedContentException e) {
      forget(e, stores);
      throw e;
    }
  }

  /** Keeps what was found out; without it the next build reads more, and that is all. */
  private void remember(Memo memo, SeenFiles seen) {
    try {
      if (!seen.sawChange()) {
        memo.save();
      }
      seen.save();
    } catch (IOException e) {
      getLog().debug("What was found out of files was not kept: " + e);
    }
  }

  /** Writes down what was built, for people, the goals that follow and the next build. */
  private void keep(
      BuildOutcome outcome,
      Optional<Fingerprint> inputs,
      Instant begin,
      Optional<BuildStamp> earlier)
      throws IOException {
    Workspace workspace = workspace();
    outcome.link(workspace.layout(), imageId);
    ImageSummary summary = outcome.summary();
    workspace.write(summary);
    workspace.writeRecords(outcome.records(imageId, coordinates(), sourceRevision()));
    Optional<Digest> followedFrom =
        inputs.isPresent() ? inputs.get().digest(begin) : Optional.empty();
    if (followedFrom.isPresent()) {
      Document index = outcome.built().index().document();
      BuildStamp.leave(workspace, followedFrom.get(), begin, summary, index);
    }
    attach(summary);
    BuiltMark.leaveNew(
        project,
        imageId,
        execution,
        outcome.destination().repository().toString(),
        outputDirectory.toString(),
        earlier.isEmpty() ? Set.of() : outcome.blobsBeside(earlier.get().contents()));
    outcome.report(getLog());
  }

  private ImageSpec spec(
      PlatformSelection selection,
      Optional<Siblings> siblings,
      Memo memo,
      SeenFiles seen,
      Mistakes mistakes)
      throws IOException {
    return new SpecReader(session, project, siblings, memo, seen, mistakes)
        .read(selection, from, container, files, format, created);
  }

  private Memo memo() {
    return new Memo(workspace().memoFile(), programs());
  }

  private Optional<LayoutContent> content(Mistakes mistakes) {
    return mistakes.parse("layout", layout, LayoutContent::parse);
  }

  /** Asks what the base is while the rest is read, if that is plain already. */
  private void askAhead(ImageBuilder builder) {
    if (from != null && !from.startsWith(Siblings.PREFIX)) {
      try {
        builder.ask(Base.parse(from, Path.of("")));
      } catch (IllegalArgumentException e) {
        getLog().debug("Said with the other mistakes: " + e.getMessage());
      }
    }
  }

  private static Siblings.Doubted doubted(Set<Check> allowed, boolean publishes) {
    if (allowed.contains(Check.BASE)) {
      return Siblings.Doubted.ACCEPTED;
    }
    return publishes ? Siblings.Doubted.REFUSED : Siblings.Doubted.NOTED;
  }

  /** Whether the registry that gets the image is spoken to for its base already. */
  private static boolean isAsked(Base base, Destination destination) {
    return base instanceof Base.Remote remote
        && remote.reference().digest().isEmpty()
        && remote.reference().registry().equals(destination.registryName());
  }

  /** All that the files under target follow from. */
  private Optional<Fingerprint> inputs(ImageSpec spec, Destination destination, FileStates states)
      throws IOException {
    List<?> more = List.of(destination, imageId, coordinates(), sourceRevision(), layout);
    return Fingerprint.of(spec, more, programs(), states);
  }

  /** The plugin with all that it uses; none if Maven does not say. */
  private List<Path> programs() {
    List<Path> programs = new ArrayList<>();
    if (execution != null) {
      PluginDescriptor plugin = execution.getMojoDescriptor().getPluginDescriptor();
      for (Artifact artifact : plugin.getArtifacts()) {
        programs.add(artifact.getFile().toPath());
      }
    }
    return programs;
  }

  private static Optional<Digest> baseDigest(ImageSummary summary) {
    Optional<String> digest = summary.baseDigest();
    return digest.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(digest.get()));
  }

  /** There is nothing to build: what an earlier build made is handed on. */
  private void reuse(BuildStamp earlier, Destination destination, SessionStores stores) {
    LayoutStore cache = stores.cache();
    for (Descriptor one : earlier.contents()) {
      cache.blobs().used(one.digest());
    }
    ImageSummary summary = earlier.summary();
    attach(summary);
    BuiltMark.leave(
        project,
        imageId,
        execution,
        destination.repository().toString(),
        outputDirectory.toString());
    getLog().info(destination.repository() + ", nothing changed");
    for (ImageSummary.Built one : summary.platforms()) {
      getLog()
          .info(
              "  %s  %s  %s"
                  .formatted(one.platform(), one.manifest().digest(), Sizes.format(one.size())));
    }
  }

  /** Tells the goals and plugins that follow. */
  private void attach(ImageSummary summary) {
    Workspace workspace = workspace();
    for (ImageSummary.Built one : summary.platforms()) {
      helper.attachArtifact(
          project,
          "json",
          workspace.classifier(one.platform()),
          workspace.recordFile(one.platform()).toFile());
    }
    ProjectProperties.set(project, imageId, summary);
  }
}
