package dev.multiarch.assembly;

import dev.multiarch.oci.Document;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Platforms that other runs left in the destination under hand-over tags. Each tag is resolved
 * once; from then on its digest counts.
 */
public final class HandOverSource implements Source {

  private final Store destination;
  private final HandOver handOver;
  private final Parallel parallel;

  public HandOverSource(Store destination, HandOver handOver, Parallel parallel) {
    this.destination = destination;
    this.handOver = handOver;
    this.parallel = parallel;
  }

  /** What a hand-over tag led to: a record, or what is wrong with it. */
  private record Found(Optional<DigestRecord> record, String fault) {}

  @Override
  public List<DigestRecord> select(Expectation expectation) throws IOException {
    List<Found> all =
        parallel.map(expectation.platforms(), platform -> find(platform, expectation));
    List<String> faults =
        all.stream().filter(found -> found.record().isEmpty()).map(Found::fault).toList();
    List<DigestRecord> records = all.stream().map(Found::record).flatMap(Optional::stream).toList();
    if (!faults.isEmpty()) {
      throw incomplete(expectation, records, faults);
    }
    return new ExactSet(expectation, "the hand-over tags of " + destination.name()).select(records);
  }

  /** Nothing is left to check: each child has been read from the destination itself. */
  @Override
  public void check(List<DigestRecord> records) {}

  private Found find(Platform platform, Expectation expectation) throws IOException {
    String tag = handOver.tag(platform);
    Optional<Document> document = destination.document(tag);
    if (document.isEmpty()) {
      return fault("%s: there is no tag %s", platform, tag);
    }
    if (document.get().isIndex()) {
      return fault("%s: the tag %s names an index", platform, tag);
    }
    PublishedChild child;
    try {
      child = PublishedChild.read(destination, document.get());
    } catch (IllegalArgumentException e) {
      return fault("%s: the tag %s names no image: " + e.getMessage(), platform, tag);
    }
    if (!child.isOf(platform)) {
      return fault("%s: the tag %s names an image of " + child.config().platform(), platform, tag);
    }
    return new Found(
        Optional.of(
            new DigestRecord(
                expectation.imageId(),
                expectation.repository(),
                platform,
                document.get().descriptor(),
                child.baseName(),
                child.baseDigest(),
                expectation.project(),
                Optional.of(handOver.revision()),
                expectation.platforms())),
        "");
  }

  private static Found fault(String text, Platform platform, String tag) {
    return new Found(Optional.empty(), text.formatted(platform, tag));
  }

  private AssemblyException incomplete(
      Expectation expectation, List<DigestRecord> found, List<String> faults) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s:%s: %s does not hold exactly %s of revision %s; no tag was moved"
            .formatted(
                expectation.project().groupId(),
                expectation.project().artifactId(),
                destination.name(),
                Expectation.join(expectation.platforms()),
                handOver.revision()));
    faults.forEach(fault -> lines.add("  - " + fault));
    found.forEach(record -> lines.add("  found " + record.platform()));
    return new AssemblyException(
        String.join("\n", lines),
        "Run the jobs of those platforms on this revision (mvn deploy -Dmultiarch.only="
            + "<platform>), or say where their records are: -Dmultiarch.records=DIR. If they ran,"
            + " compare the revision and the first tag that they say.");
  }
}
