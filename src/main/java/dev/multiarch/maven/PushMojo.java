package dev.multiarch.maven;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.PlatformPusher.Report;
import dev.multiarch.image.Mistakes;
import dev.multiarch.report.Sizes;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Repository;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Copies the platforms that {@code build} made to the image's repository, by digest. A run that
 * built a part of them leaves them under hand-over tags, too, for the run that assembles. It never
 * writes a tag of the image; that is {@code assemble}'s.
 *
 * @since 0.1.0
 */
@Mojo(name = "push", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class PushMojo extends ImageMojo {

  /**
   * Does not push.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.push.skip", defaultValue = "false")
  boolean skipPush;

  @Inject
  public PushMojo(SettingsDecrypter decrypter) {
    super(decrypter);
  }

  @Override
  boolean isSkipped() {
    return skipPush;
  }

  @Override
  void run() throws IOException, MojoFailureException {
    Destination destination = writableDestination();
    Mistakes mistakes = new Mistakes();
    PlatformSelection selection = selection(mistakes);
    Set<Check> allowed = allowed(mistakes);
    mistakes.throwIfAny();
    if (selection.selected().isEmpty()) {
      getLog().info("Nothing to push: this run builds no platform of this image.");
      return;
    }
    Optional<ImageSummary> built = built(destination);
    if (built.isEmpty()) {
      throw new MojoFailureException(
          "%s %s\nRun the goal build before, in this run or an earlier one: mvn deploy does."
              .formatted(
                  workspace().isDescribed()
                      ? "other runs built what was published last, which is all that is known in"
                      : "nothing was built in",
                  outputDirectory));
    }
    if (built.get().baseDoubt().isPresent() && !allowed.contains(Check.BASE)) {
      throw new MojoFailureException(
          ("what lies in %s for %s was not built to be published: %s"
                  + "\nBuild it again with all modules that it is based on (-am), or accept it:"
                  + " -Dmultiarch.allow=%s")
              .formatted(
                  outputDirectory,
                  destination.repository(),
                  built.get().baseDoubt().get(),
                  Check.BASE.word()));
    }
    SessionStores stores = stores(destination);
    stores.requireOnlineFor(destination.repository());
    boolean handsOver = selection.part() || built.get().index().isEmpty();
    if (handsOver && !allowed.contains(Check.REVISION) && !isRevisionKnown()) {
      throw new MojoFailureException("revision: " + UNKNOWN_REVISION);
    }
    Push push =
        new Push(
            stores,
            destination,
            workspace(),
            built.get(),
            BuiltMark.fresh(project, imageId),
            selection.part(),
            allowed);
    try {
      tell(PushAhead.result(project, imageId, push::run), built.get(), destination);
    } catch (DamagedContentException e) {
      forget(e, stores);
      throw e;
    }
  }

  /** Of what was built, which a tree that changed since is no more. */
  private boolean isRevisionKnown() throws IOException {
    return workspace().readRecords().stream().allMatch(record -> record.revision().isPresent());
  }

  private void tell(Push.Result result, ImageSummary built, Destination destination)
      throws IOException {
    if (result.tagsBefore().isPresent()) {
      // assemble wants to know it as well.
      new PublicationState(result.tagsBefore().get()).keep(project, imageId);
    }
    if (result.reports().isEmpty()) {
      getLog().info("  unchanged: %s lies there already".formatted(digests(built)));
      return;
    }
    for (Report report : result.reports().get()) {
      tell(report, destination);
    }
    if (result.handOver().isPresent()) {
      result.handOver().get().write().forEach(tag -> getLog().info("  handed over as " + tag));
    }
  }

  private static String digests(ImageSummary built) {
    return built.index().isPresent()
        ? built.index().get().digest().toString()
        : built.platforms().stream()
            .map(one -> one.manifest().digest().toString())
            .collect(Collectors.joining(", "));
  }

  private void tell(Report report, Destination destination) {
    int there = report.blobs() - report.sent() - report.mounted();
    boolean folder = destination.repository() instanceof Repository.Layout;
    getLog()
        .info(
            "  %s  %d of %d blobs %s (%s), %d %s, %d there already"
                .formatted(
                    report.platform(),
                    report.sent(),
                    report.blobs(),
                    folder ? "copied" : "sent",
                    Sizes.format(report.bytes()),
                    report.mounted(),
                    folder ? "linked" : "mounted",
                    there));
  }
}
