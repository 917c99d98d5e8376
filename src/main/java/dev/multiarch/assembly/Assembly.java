package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Assembles and publishes an image: records, the exact-set check, the children in the destination,
 * the index, the tags, in this order. Nothing is written before everything is checked.
 */
public final class Assembly {

  private final Store destination;
  private final TagWriter tags;

  public Assembly(Store destination, TagWriter tags) {
    this.destination = destination;
    this.tags = tags;
  }

  /**
   * An image that may be tagged: everything has been checked and nothing written.
   *
   * @param before what the tags name now, those of single platforms included
   * @param platformTags the tags of single platforms
   */
  public record Ready(
      Index index,
      Map<String, Optional<Descriptor>> before,
      Map<String, Descriptor> platformTags) {}

  /**
   * Checks everything that can be checked before tags are written.
   *
   * @param names the image's tags
   * @param template how a platform's own tags are called; empty for none
   * @param before what the tags name now, if that was asked in this run already
   * @throws AssemblyException if the records are not exactly the expected ones, a child is missing
   *     or differs, or a tag must not be taken
   * @throws IOException if the destination refused or could not be reached
   */
  public Ready check(
      Expectation expectation,
      Source source,
      List<String> names,
      Optional<PlatformTags> template,
      Optional<Map<String, Optional<Descriptor>>> before)
      throws IOException {
    List<DigestRecord> records = source.select(expectation);
    List<Descriptor> manifests = new ArrayList<>();
    Map<String, Descriptor> platformTags = new LinkedHashMap<>();
    for (DigestRecord record : records) {
      manifests.add(record.manifest().withPlatform(record.platform()));
      if (template.isPresent()) {
        for (String name : names) {
          String tag = template.get().tag(name, record.platform());
          if (platformTags.put(tag, record.manifest()) != null) {
            throw new AssemblyException(
                "the tag %s would be that of %s and of another platform"
                    .formatted(tag, record.platform()),
                PlatformTags.REMEDY);
          }
        }
      }
    }
    Index index = Index.create(format(records), manifests);
    Map<String, Optional<Descriptor>> now =
        new LinkedHashMap<>(before.isPresent() ? before.get() : tags.read(names));
    boolean published = TagWriter.allName(index.document().descriptor(), now);
    if (!published) {
      source.check(records);
      tags.check(index, now);
    }
    now.putAll(tags.look(platformTags.keySet()));
    tags.checkPlatforms(platformTags, now);
    return new Ready(index, now, platformTags);
  }

  /**
   * Writes the tags and reads them back: those of single platforms, then the image's own.
   *
   * @return the tags that were written; the others named what they should already
   * @throws AssemblyException if a tag does not name the index afterwards
   * @throws IOException if the destination refused or could not be reached
   */
  public List<String> publish(Ready ready) throws IOException {
    List<String> written = new ArrayList<>();
    Map<String, Optional<Descriptor>> before = new LinkedHashMap<>(ready.before());
    for (var platform : ready.platformTags().entrySet()) {
      Optional<Descriptor> now = before.remove(platform.getKey());
      written.addAll(tags.writePlatform(platform.getKey(), platform.getValue(), now));
    }
    written.addAll(tags.write(ready.index(), before));
    return written;
  }

  private Format format(List<DigestRecord> records) throws AssemblyException {
    Set<String> mediaTypes = new HashSet<>();
    for (DigestRecord record : records) {
      mediaTypes.add(record.manifest().mediaType());
    }
    for (Format format : Format.values()) {
      if (mediaTypes.equals(Set.of(format.manifest()))) {
        return format;
      }
    }
    throw new AssemblyException(
        "%s: some platforms are in OCI's format and some in Docker's; no tag was moved"
            .formatted(destination.name()));
  }
}
