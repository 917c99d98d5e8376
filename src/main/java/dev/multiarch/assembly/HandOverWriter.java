package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Leaves what a run built of an image under hand-over tags, for the run that assembles it. */
public final class HandOverWriter {

  private final TagWriter writer;
  private final Map<String, Descriptor> tags;
  private final Map<String, Optional<Descriptor>> before;

  private HandOverWriter(
      TagWriter writer, Map<String, Descriptor> tags, Map<String, Optional<Descriptor>> before) {
    this.writer = writer;
    this.tags = tags;
    this.before = before;
  }

  /**
   * Looks at what the tags name now.
   *
   * @param records what was built; those of no known revision have no hand-over tag
   * @param firstTag the first of the image's own tags
   * @throws AssemblyException if a hand-over tag names an index, which is none of ours
   */
  public static HandOverWriter of(TagWriter writer, List<DigestRecord> records, String firstTag)
      throws IOException {
    Map<String, Descriptor> tags = new LinkedHashMap<>();
    for (DigestRecord record : records) {
      record
          .revision()
          .map(known -> new HandOver(firstTag, known).tag(record.platform()))
          .ifPresent(tag -> tags.put(tag, record.manifest()));
    }
    Map<String, Optional<Descriptor>> before = writer.look(tags.keySet());
    writer.checkPlatforms(tags, before);
    return new HandOverWriter(writer, tags, before);
  }

  /** Whether everything was handed over before. */
  public boolean isDone() {
    return !tags.isEmpty()
        && tags.entrySet().stream()
            .allMatch(tag -> TagWriter.names(before.get(tag.getKey()), tag.getValue()));
  }

  /**
   * Writes the tags, once the platforms have been pushed.
   *
   * @return all of them, whether they had to be written or not
   */
  public List<String> write() throws IOException {
    for (var tag : tags.entrySet()) {
      writer.writePlatform(tag.getKey(), tag.getValue(), before.get(tag.getKey()));
    }
    return new ArrayList<>(tags.keySet());
  }
}
