package dev.multiarch.maven;

import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.HandOverWriter;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Patience;
import dev.multiarch.assembly.PlatformPusher;
import dev.multiarch.assembly.PlatformPusher.Replaced;
import dev.multiarch.assembly.PlatformPusher.Report;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Reference;
import dev.multiarch.report.Sizes;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
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
    Store store = stores.open(destination.repository());
    Optional<HandOverWriter> handOver =
        selection.part() || built.get().index().isEmpty()
            ? Optional.of(handOver(allowed, destination, store))
            : Optional.empty();
    Map<String, Optional<Descriptor>> before =
        handOver.isPresent() ? Map.of() : look(store, destination.tags());
    boolean unchanged =
        handOver.isPresent()
            ? handOver.get().isDone()
            : TagWriter.allName(built.get().index().orElseThrow(), before);
    if (unchanged) {
      getLog().info("  unchanged: %s lies there already".formatted(digests(built.get())));
      return;
    }
    try (Parallel parallel = SessionStores.parallel()) {
      List<Report> reports =
          new PlatformPusher(workspace().layout(), stores.baseLayers(built.get()), store, parallel)
              .push(built.get(), baseRepository(built.get()), replaced(before));
      for (Report report : reports) {
        tell(report, destination);
      }
    } catch (DamagedContentException e) {
      forget(e, stores);
      throw e;
    }
    if (handOver.isPresent()) {
      handOver.get().write().forEach(tag -> getLog().info("  handed over as " + tag));
    }
  }

  private static String digests(ImageSummary built) {
    return built.index().isPresent()
        ? built.index().get().digest().toString()
        : built.platforms().stream()
            .map(one -> one.manifest().digest().toString())
            .collect(Collectors.joining(", "));
  }

  /** What a run that built a part of the platforms leaves for the run that assembles. */
  private HandOverWriter handOver(Set<Check> allowed, Destination destination, Store store)
      throws IOException, MojoFailureException {
    // The revision is the one that was built, which a tree that changed since is no more.
    List<DigestRecord> records = workspace().readRecords();
    if (!allowed.contains(Check.REVISION)
        && records.stream().anyMatch(record -> record.revision().isEmpty())) {
      throw new MojoFailureException("revision: " + UNKNOWN_REVISION);
    }
    TagWriter writer = new TagWriter(store, Patience.standard(), allowed.contains(Check.REPLACE));
    return HandOverWriter.of(writer, records, destination.tags().get(0));
  }

  /** Asks what the tags name now, which assemble wants to know as well. */
  private Map<String, Optional<Descriptor>> look(Store store, List<String> tags)
      throws IOException {
    TagWriter writer = new TagWriter(store, Patience.standard(), false);
    Map<String, Optional<Descriptor>> before =
        BuiltMark.isNew(project, imageId) ? writer.read(tags) : writer.look(tags);
    new PublicationState(before).keep(project, imageId);
    return before;
  }

  private Optional<Replaced> replaced(Map<String, Optional<Descriptor>> before) {
    for (Optional<Descriptor> tag : before.values()) {
      if (tag.isPresent()) {
        return Optional.of(new Replaced(tag.get(), BuiltMark.fresh(project, imageId)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Blob.Mountable> baseRepository(ImageSummary built) {
    Optional<Reference> base = built.baseRepository();
    return base.isPresent()
        ? Optional.of(new Blob.Mountable(base.get().registry(), base.get().repository()))
        : Optional.empty();
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
