package dev.multiarch.maven;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.assembly.HandOverWriter;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Patience;
import dev.multiarch.assembly.PlatformPusher;
import dev.multiarch.assembly.PlatformPusher.Replaced;
import dev.multiarch.assembly.PlatformPusher.Report;
import dev.multiarch.assembly.TagWriter;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the platforms that a build made to their destination, by digest, and writes no tag.
 *
 * @param workspace where the build left them
 * @param image what it says of them
 * @param fresh the blobs that the build before it had not made; empty if this session built nothing
 *     new
 * @param part whether the run builds a part of the platforms only
 * @param allowed the checks that the user gave up
 */
record Push(
    SessionStores stores,
    Destination destination,
    Workspace workspace,
    ImageSummary image,
    Optional<Set<Digest>> fresh,
    boolean part,
    Set<Check> allowed) {

  /**
   * How it went.
   *
   * @param tagsBefore what the image's tags named; empty if the run hands over
   * @param reports one for each platform; empty if all of it was there under its tags already
   * @param handOver what has still to be written for the run that assembles, if another one does
   */
  record Result(
      Optional<Map<String, Optional<Descriptor>>> tagsBefore,
      Optional<List<Report>> reports,
      Optional<HandOverWriter> handOver) {}

  /**
   * Pushes, if there is anything to push.
   *
   * @throws IOException if anything could not be pushed; platforms pushed before stay, untagged
   */
  Result run() throws IOException {
    Store store = stores.open(destination.repository());
    if (part || image.index().isEmpty()) {
      TagWriter writer = new TagWriter(store, Patience.standard(), allowed.contains(Check.REPLACE));
      HandOverWriter handOver =
          HandOverWriter.of(writer, workspace.readRecords(), destination.tags().get(0));
      return new Result(
          Optional.empty(),
          handOver.isDone() ? Optional.empty() : Optional.of(send(store, Map.of())),
          Optional.of(handOver));
    }
    TagWriter writer = new TagWriter(store, Patience.standard(), false);
    Map<String, Optional<Descriptor>> before =
        fresh.isPresent() ? writer.read(destination.tags()) : writer.look(destination.tags());
    boolean unchanged = TagWriter.allName(image.index().get(), before);
    return new Result(
        Optional.of(before),
        unchanged ? Optional.empty() : Optional.of(send(store, before)),
        Optional.empty());
  }

  private List<Report> send(Store store, Map<String, Optional<Descriptor>> before)
      throws IOException {
    try (Parallel parallel = SessionStores.parallel()) {
      return new PlatformPusher(workspace.layout(), stores.baseLayers(image), store, parallel)
          .push(image, baseRepository(), replaced(before));
    }
  }

  private Optional<Replaced> replaced(Map<String, Optional<Descriptor>> before) {
    for (Optional<Descriptor> tag : before.values()) {
      if (tag.isPresent()) {
        return Optional.of(new Replaced(tag.get(), fresh.orElse(Set.of())));
      }
    }
    return Optional.empty();
  }

  private Optional<Blob.Mountable> baseRepository() {
    Optional<Reference> base = image.baseRepository();
    return base.isPresent()
        ? Optional.of(new Blob.Mountable(base.get().registry(), base.get().repository()))
        : Optional.empty();
  }
}
