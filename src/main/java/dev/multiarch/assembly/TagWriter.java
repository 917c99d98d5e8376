package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The only writer of release tags. It looks at what the tags name, writes those that differ, and
 * reads each back.
 */
public final class TagWriter {

  private final Store destination;
  private final Patience patience;
  private final boolean mayReplace;

  /**
   * @param patience how long to wait for a registry that does not show at once what it took
   * @param mayReplace whether a tag may be taken from something other than an index of no more
   *     platforms
   */
  public TagWriter(Store destination, Patience patience, boolean mayReplace) {
    this.destination = destination;
    this.patience = patience;
    this.mayReplace = mayReplace;
  }

  /** What the tags name now. */
  public Map<String, Optional<Descriptor>> look(Collection<String> tags) throws IOException {
    Map<String, Optional<Descriptor>> found = new LinkedHashMap<>();
    for (String tag : tags) {
      found.put(tag, destination.resolve(tag));
    }
    return found;
  }

  /**
   * The same for tags that will probably move: what the first names is read at once, which {@link
   * #check} wants to see. If it is damaged, that is for {@link #check} to say.
   */
  public Map<String, Optional<Descriptor>> read(List<String> tags) throws IOException {
    Map<String, Optional<Descriptor>> found = new LinkedHashMap<>();
    for (String tag : tags) {
      found.put(tag, found.isEmpty() ? read(tag) : destination.resolve(tag));
    }
    return found;
  }

  private Optional<Descriptor> read(String tag) throws IOException {
    try {
      return readWhole(tag);
    } catch (DamagedContentException e) {
      return destination.resolve(tag);
    }
  }

  private Optional<Descriptor> readWhole(String tag) throws IOException {
    Optional<Document> document = destination.document(tag);
    return document.isPresent() ? Optional.of(document.get().descriptor()) : Optional.empty();
  }

  /** Whether every tag names this document already. */
  public static boolean allName(Descriptor document, Map<String, Optional<Descriptor>> tags) {
    for (Optional<Descriptor> tag : tags.values()) {
      if (!names(tag, document)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a tag names this document. */
  public static boolean names(Optional<Descriptor> tag, Descriptor document) {
    return tag.isPresent() && tag.get().digest().equals(document.digest());
  }

  /**
   * Makes sure that no tag loses anything.
   *
   * @param before what the tags name now, by {@link #look}
   * @throws AssemblyException if a tag names something other than an index, or one with more
   *     platforms, and that was not allowed
   */
  public void check(Index index, Map<String, Optional<Descriptor>> before) throws IOException {
    if (mayReplace) {
      return;
    }
    Map<Descriptor, List<String>> replaced = new LinkedHashMap<>();
    for (var tag : before.entrySet()) {
      Optional<Descriptor> old = tag.getValue();
      if (old.isPresent() && !names(old, index.document().descriptor())) {
        replaced.computeIfAbsent(old.get(), d -> new ArrayList<>()).add(tag.getKey());
      }
    }
    for (var old : replaced.entrySet()) {
      refuseLoss(index, old.getKey(), old.getValue());
    }
  }

  /**
   * Makes sure that no platform's own tag is taken from an index.
   *
   * @param before what the tags name now, by {@link #look}
   * @throws AssemblyException if one is, and that was not allowed
   */
  public void checkPlatforms(
      Map<String, Descriptor> platforms, Map<String, Optional<Descriptor>> before)
      throws AssemblyException {
    for (String tag : platforms.keySet()) {
      Optional<Descriptor> index =
          before.get(tag).filter(d -> MediaType.isIndex(d.mediaType()) && !mayReplace);
      if (index.isPresent()) {
        throw new AssemblyException(
            "%s: the tag %s, which is to name a single platform, names an index (%s); no tag was"
                    .formatted(destination.name(), tag, index.get().digest())
                + " moved",
            "Choose another platformTag; or, if it shall be replaced: -Dmultiarch.allow="
                + Expectation.Check.REPLACE.word());
      }
    }
  }

  /**
   * Makes the tags name the index.
   *
   * @param before what the tags name now, by {@link #look}
   * @return the tags that were written; the others named the index already
   * @throws AssemblyException if a tag does not name the index afterwards
   * @throws IOException if the destination refused or could not be reached
   */
  public List<String> write(Index index, Map<String, Optional<Descriptor>> before)
      throws IOException {
    Document document = index.document();
    List<String> changed = new ArrayList<>();
    for (var tag : before.entrySet()) {
      if (!names(tag.getValue(), document.descriptor())) {
        changed.add(tag.getKey());
      }
    }
    for (String tag : changed) {
      destination.tag(document, tag);
    }
    for (int i = 0; i < changed.size(); i++) {
      readBack(changed.get(i), document, i == 0);
    }
    return changed;
  }

  /**
   * Makes a tag name one platform's manifest, which the destination has.
   *
   * @param before what the tag names now
   * @return the tag, if it was written
   * @throws AssemblyException if the tag does not name the manifest afterwards
   * @throws IOException if the destination refused or could not be reached
   */
  public List<String> writePlatform(String tag, Descriptor manifest, Optional<Descriptor> before)
      throws IOException {
    if (names(before, manifest)) {
      return List.of();
    }
    Document document =
        destination
            .document(manifest.digest().toString())
            .orElseThrow(
                () ->
                    new AssemblyException(
                        "%s has no manifest %s any more"
                            .formatted(destination.name(), manifest.digest()),
                        "Push that platform again."));
    destination.tag(document, tag);
    readBack(tag, document, false);
    return List.of(tag);
  }

  private void refuseLoss(Index index, Descriptor old, List<String> tags) throws IOException {
    Optional<Document> document = destination.document(old.digest().toString());
    if (document.isEmpty()) {
      return;
    }
    String what;
    if (!document.get().isIndex()) {
      what = "the image of a single platform";
    } else {
      List<Platform> lost = new ArrayList<>(Index.of(document.get()).platforms());
      lost.removeAll(index.platforms());
      if (lost.isEmpty()) {
        return;
      }
      what =
          "an index that also has "
              + lost.stream().map(Platform::toString).collect(Collectors.joining(", "));
    }
    throw new AssemblyException(
        "%s: the tag %s names %s (%s); no tag was moved"
            .formatted(destination.name(), String.join(", ", tags), what, old.digest()),
        "If it shall be replaced: -Dmultiarch.allow=" + Expectation.Check.REPLACE.word());
  }

  /**
   * One tag is read whole, so that the bytes are seen to be there; the others are asked for their
   * digest.
   */
  private void readBack(String tag, Document expected, boolean whole) throws IOException {
    Optional<Descriptor> found = Optional.empty();
    for (int attempt = 1; ; attempt++) {
      found = whole ? readWhole(tag) : destination.resolve(tag);
      if (names(found, expected.descriptor())) {
        return;
      }
      if (!patience.waitAfter(attempt)) {
        break;
      }
    }
    String sees = found.map(d -> "names " + d.digest()).orElse("is not visible yet");
    throw new AssemblyException(
        "%s:%s was pushed as %s, but read back it %s"
            .formatted(destination.name(), tag, expected.digest(), sees),
        found.isPresent()
            ? "Somebody else may have written the tag at the same time; look who, and deploy again."
            : "The registry may be slow to show it; look again, or deploy again.");
  }
}
