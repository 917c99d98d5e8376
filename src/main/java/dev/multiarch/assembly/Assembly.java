package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Assembles and publishes an image: records, the exact-set check, the children in the destination,
 * the index, the tags, in this order. Nothing is written before everything is checked.
 */
public final class Assembly {

  private final Store destination;
  private final ChildCheck children;
  private final TagWriter tags;

  public Assembly(Store destination, Parallel parallel, TagWriter tags) {
    this.destination = destination;
    this.children = new ChildCheck(destination, parallel);
    this.tags = tags;
  }

  /**
   * Records and where they come from.
   *
   * @param name the place, for messages
   */
  public record Source(String name, List<DigestRecord> records) {}

  /**
   * What was published.
   *
   * @param written the tags that were written; the others named the index already
   */
  public record Published(Index index, List<String> written) {}

  /**
   * @param before what the tags name now, if that was asked in this run already
   * @throws AssemblyException if the records are not exactly the expected ones, a child is missing
   *     or differs, or a tag must not be taken; no tag has moved then
   * @throws IOException if the destination refused or could not be reached
   */
  public Published publish(
      Expectation expectation,
      Source source,
      List<String> names,
      Optional<Map<String, Optional<Descriptor>>> before)
      throws IOException {
    List<DigestRecord> records = new ExactSet(expectation, source.name()).select(source.records());
    Index index =
        Index.create(
            format(records),
            records.stream().map(r -> r.manifest().withPlatform(r.platform())).toList());
    Map<String, Optional<Descriptor>> now = before.isPresent() ? before.get() : tags.look(names);
    if (TagWriter.allName(index.document().descriptor(), now)) {
      return new Published(index, List.of());
    }
    children.check(records);
    return new Published(index, tags.write(index, now));
  }

  private Format format(List<DigestRecord> records) throws AssemblyException {
    return Stream.of(Format.values())
        .filter(
            format ->
                records.stream().allMatch(r -> r.manifest().mediaType().equals(format.manifest())))
        .findFirst()
        .orElseThrow(
            () ->
                new AssemblyException(
                    "%s: some platforms are in OCI's format and some in Docker's; no tag was moved"
                        .formatted(destination.name())));
  }
}
