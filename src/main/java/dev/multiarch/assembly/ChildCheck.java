package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Asks the destination whether the children of an index are there and are what is said of them. */
public final class ChildCheck {

  private final Store destination;
  private final Parallel parallel;

  public ChildCheck(Store destination, Parallel parallel) {
    this.destination = destination;
    this.parallel = parallel;
  }

  /**
   * Checks each record's manifest and config. What this process has pushed itself is not asked
   * again.
   *
   * @throws AssemblyException if a child is missing or differs
   * @throws IOException if the destination could not be asked
   */
  public void check(List<DigestRecord> records) throws IOException {
    List<DigestRecord> unknown = new ArrayList<>();
    for (DigestRecord record : records) {
      if (!destination.holds(record.manifest())) {
        unknown.add(record);
      }
    }
    if (!unknown.isEmpty()) {
      parallel.forEach(unknown, this::check);
    }
  }

  private void check(DigestRecord record) throws IOException {
    Descriptor announced = record.manifest();
    Document document =
        destination
            .document(announced.digest().toString())
            .orElseThrow(
                () ->
                    new AssemblyException(
                        "%s has no manifest %s, which its record says is %s; no tag was moved"
                            .formatted(destination.name(), announced.digest(), record.platform()),
                        "Push that platform again."));
    require(record, "media type", announced.mediaType(), document.mediaType());
    require(
        record,
        "size",
        Long.toString(announced.size()),
        Long.toString(document.descriptor().size()));
    PublishedChild child;
    try {
      child = PublishedChild.read(destination, document);
    } catch (IllegalArgumentException e) {
      throw new AssemblyException(
          "%s %s is not a usable image: %s; no tag was moved"
              .formatted(destination.name(), announced.digest(), e.getMessage()),
          "Build and push that platform again.");
    }
    if (child.baseDigest().isPresent()) {
      require(record, "base", record.baseDigest().orElse("none"), child.baseDigest().get());
    }
    if (!child.isOf(record.platform())) {
      throw differs(
          record, "platform", record.platform().toString(), child.config().platform().toString());
    }
  }

  private void require(DigestRecord record, String what, String expected, String found)
      throws AssemblyException {
    if (!expected.equals(found)) {
      throw differs(record, what, expected, found);
    }
  }

  private AssemblyException differs(
      DigestRecord record, String what, String expected, String found) {
    return new AssemblyException(
        "%s %s: its record says %s %s, the registry %s; no tag was moved"
            .formatted(destination.name(), record.manifest().digest(), what, expected, found),
        "Build and push that platform again.");
  }
}
