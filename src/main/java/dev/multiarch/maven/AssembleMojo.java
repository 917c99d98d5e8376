package dev.multiarch.maven;

import dev.multiarch.assembly.Assembly;
import dev.multiarch.assembly.ChildCheck;
import dev.multiarch.assembly.Expectation;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.HandOverSource;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Patience;
import dev.multiarch.assembly.PlatformTags;
import dev.multiarch.assembly.RecordDirectory;
import dev.multiarch.assembly.RecordSource;
import dev.multiarch.assembly.Source;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the platforms of an image together: makes the index of exactly the expected ones, pushes it,
 * writes the tags and reads them back. It tags nothing that is incomplete or mixed.
 *
 * @since 0.1.0
 */
@Mojo(name = "assemble", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class AssembleMojo extends ImageMojo {

  /**
   * A folder of digest records that other jobs made. It is searched with all folders in it, and
   * then no other source is asked for records.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.records")
  @Nullable File records;

  /**
   * Whether tags wait until every module of the session has succeeded; a failure anywhere then
   * leaves every tag as it was. Set to {@code false}, this module's tags are written at once.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.tagAtEnd", defaultValue = "true")
  boolean tagAtEnd;

  /**
   * Does not assemble.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.assemble.skip", defaultValue = "false")
  boolean skipAssemble;

  @Inject
  public AssembleMojo(SettingsDecrypter decrypter) {
    super(decrypter);
  }

  @Override
  boolean isSkipped() {
    return skipAssemble;
  }

  @Override
  void run() throws IOException, MojoFailureException {
    Mistakes mistakes = new Mistakes();
    PlatformSelection selection = selection(mistakes);
    Set<Check> allowed = allowed(mistakes);
    mistakes.throwIfAny();
    Destination destination = writableDestination();
    Optional<PlatformTags> template = platformTags(selection, destination, mistakes);
    mistakes.throwIfAny();
    if (selection.part()) {
      tellWhatCompletes(selection);
      return;
    }
    new SessionCheck(session, project, imageId, destination, getLog()).noteTagsOfOthers(mistakes);
    Path records = folder("records", this.records);
    if (records != null && !Files.isDirectory(records)) {
      mistakes.add("records", "there is no folder " + records);
    }
    if (records != null && isBuiltNow()) {
      mistakes.add(
          "records",
          "this run has built every platform itself; leave records out, or build none here:"
              + " -Dmultiarch.only=none");
    }
    mistakes.throwIfAny();
    SessionStores stores = stores(destination);
    stores.requireOnlineFor(destination.repository());
    Store store = stores.open(destination.repository());
    boolean sameRun = records == null && isOfThisRun();
    // Within one run all platforms are of the same sources, whatever they are called; what an
    // earlier run built must be of these.
    Optional<String> known = records == null && isBuiltNow() ? Optional.empty() : sourceRevision();
    if (!sameRun && known.isEmpty() && !(records != null && allowed.contains(Check.REVISION))) {
      throw new MojoFailureException("revision: " + UNKNOWN_REVISION);
    }
    TagWriter tagWriter =
        new TagWriter(store, Patience.standard(), allowed.contains(Check.REPLACE));
    Assembly assembly = new Assembly(store, tagWriter);
    Assembly.Ready ready;
    try (Parallel parallel = SessionStores.parallel()) {
      ready =
          assembly.check(
              new Expectation(
                  imageId, coordinates(), destination.name(), selection.all(), known, allowed),
              sameRun || records != null
                  ? recordSource(records, new ChildCheck(store, parallel))
                  : new HandOverSource(store, handOver(destination).orElseThrow(), parallel),
              destination.tags(),
              template,
              tagsBefore());
    }
    ProjectProperties.set(project, imageId, destination, ready.index());
    warnOfModulesBefore();
    String from = sameRun ? "" : " from " + sourceName(records, destination);
    getLog()
        .info(
            "  %s checked%s%s"
                .formatted(
                    PlatformSelection.join(ready.index().platforms()),
                    from,
                    tagAtEnd ? "; the tags follow when every module has succeeded" : ""));
    Publication publication =
        new Publication(project, imageId, destination, workspace(), assembly, ready, session);
    if (tagAtEnd) {
      SessionEnd.leave(session, getLog(), publication.promise(), publication);
    } else {
      SessionEnd.print(getLog(), List.of(publication.call()));
    }
  }

  /**
   * A run that goes on where an earlier one failed has not the modules before that, whose tags
   * waited in vain then.
   */
  private void warnOfModulesBefore() throws IOException {
    if (session.getRequest().getResumeFrom() == null) {
      return;
    }
    for (MavenProject module : session.getAllProjects()) {
      if (!session.getProjects().contains(module)) {
        for (ModuleParameters image : ModuleParameters.all(session, module)) {
          Optional<ImageSummary> left = image.workspace().summary();
          if (left.isPresent() && !left.get().published()) {
            SessionEnd.warnOnce(
                session,
                getLog(),
                "%s was built by an earlier run, and its tags (%s) were not moved; run the whole build without -rf"
                    .formatted(module.getArtifactId(), String.join(", ", left.get().references())));
          }
        }
      }
    }
  }

  private Optional<Map<String, Optional<Descriptor>>> tagsBefore() {
    Optional<PublicationState> state = PublicationState.of(project, imageId);
    return state.isPresent() ? Optional.of(state.get().tagsBefore()) : Optional.empty();
  }

  /** Whether this run itself built or pushed every platform. */
  private boolean isOfThisRun() {
    return isBuiltNow() || PublicationState.of(project, imageId).isPresent();
  }

  private Source recordSource(@Nullable Path records, ChildCheck children) throws IOException {
    return records == null
        ? new RecordSource(outputDirectory.toString(), workspace().readRecords(), children)
        : new RecordSource(records.toString(), RecordDirectory.read(records), children);
  }

  private String sourceName(@Nullable Path records, Destination destination) {
    return records != null
        ? "the records in " + records
        : "the hand-over tags of revision " + handOver(destination).orElseThrow().revision();
  }

  private void tellWhatCompletes(PlatformSelection selection) {
    getLog()
        .info(
            selection.isComplete()
                ? "  no tag was moved: other images have platforms that are not built here"
                : "  no tag was moved: %s is not built here"
                    .formatted(PlatformSelection.join(selection.missing())));
    boolean byName =
        ModuleParameters.all(session, project).stream()
            .noneMatch(ModuleParameters::isOnlyInExecution);
    String command =
        sourceRevision().isPresent()
            ? "mvn deploy -Dmultiarch.only=none" + (byName ? ", or mvn multiarch:assemble" : "")
            : "mvn multiarch:assemble -Dmultiarch.allow=revision -Dmultiarch.records=DIR";
    SessionEnd.sayOnce(session, getLog(), "When every platform is pushed, tag them: " + command);
  }
}
