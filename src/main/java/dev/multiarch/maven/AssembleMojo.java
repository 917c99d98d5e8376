package dev.multiarch.maven;

import dev.multiarch.assembly.Assembly;
import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.Expectation;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Patience;
import dev.multiarch.assembly.RecordDirectory;
import dev.multiarch.assembly.Revision;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Index;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
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
   * Checks to give up, by name: {@code version}, {@code revision}, {@code base}, {@code platforms}
   * (the platforms that the jobs expected) or {@code replace} (a tag is taken from a
   * single-platform image, or from an index with more platforms).
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.allow")
  @Nullable List<String> allow;

  /**
   * Which sources the image must be of. The default is what the CI system says, else git's commit.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.revision")
  @Nullable String revision;

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
    Set<Check> allowed = EnumSet.noneOf(Check.class);
    allowed.addAll(mistakes.parseAll("allow", allow, Check::parse));
    mistakes.throwIfAny();
    Destination destination = writableDestination();
    if (!selection.isComplete() && !selection.selected().isEmpty()) {
      getLog()
          .info(
              "  no tag was written: %s is not built here. When every platform is pushed: %s"
                  .formatted(
                      PlatformSelection.join(selection.missing()),
                      "mvn multiarch:assemble -Dmultiarch.records=DIR"));
      return;
    }
    SessionStores stores = stores(destination);
    stores.requireOnlineFor(destination.repository());
    Expectation expectation =
        new Expectation(
            imageId, coordinates(), destination.name(), selection.all(), sourceRevision(), allowed);
    Store store = stores.open(destination.repository());
    TagWriter tagWriter =
        new TagWriter(store, Patience.standard(), allowed.contains(Check.REPLACE));
    try (Parallel parallel = stores.parallel()) {
      Assembly assembly = new Assembly(store, parallel, tagWriter);
      Assembly.Ready ready =
          assembly.check(
              expectation,
              source(),
              destination.tags(),
              PublicationState.of(project, imageId).map(PublicationState::tagsBefore));
      if (tagAtEnd) {
        getLog()
            .info(
                "  "
                    + PlatformSelection.join(ready.index().platforms())
                    + " checked; the tags follow when every module has succeeded");
        SessionEnd.leave(
            session,
            getLog(),
            "%s:%s → %s"
                .formatted(
                    destination.repository(),
                    String.join(", ", destination.tags()),
                    ready.index().document().digest()),
            () -> {
              finish(destination, ready.index(), assembly.publish(ready));
              return null;
            });
      } else {
        finish(destination, ready.index(), assembly.publish(ready));
      }
    }
  }

  private Assembly.Source source() throws IOException {
    List<DigestRecord> found =
        records == null ? workspace().readRecords() : RecordDirectory.read(records.toPath());
    Path place = records == null ? outputDirectory.toPath() : records.toPath();
    return new Assembly.Source(place.toString(), found);
  }

  /** Within one run all platforms are of the same sources, whatever they are called. */
  private Optional<String> sourceRevision() {
    return records == null && isBuiltNow()
        ? Optional.empty()
        : new Revision(project.getBasedir().toPath(), System.getenv()).find(revision);
  }

  private void finish(Destination destination, Index index, List<String> written)
      throws IOException {
    Optional<ImageSummary> summary =
        workspace()
            .summary()
            .filter(
                s ->
                    s.index()
                        .filter(i -> i.digest().equals(index.document().digest()))
                        .isPresent());
    if (summary.isPresent()) {
      workspace().write(summary.get().asPublished());
    }
    for (String tag : destination.tags()) {
      getLog()
          .info(
              "%s:%s → %s (%s), %s"
                  .formatted(
                      destination.repository(),
                      tag,
                      index.document().digest(),
                      PlatformSelection.join(index.platforms()),
                      written.contains(tag) ? "read back" : "unchanged"));
    }
  }
}
