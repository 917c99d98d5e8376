package dev.multiarch.image;

import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Platform;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.Repository;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What an image is built on. */
public sealed interface Base {

  /** Nothing: the image holds what it is given and no more. */
  record Scratch() implements Base {
    @Override
    public String toString() {
      return SCRATCH;
    }
  }

  /**
   * An image of a registry.
   *
   * @param reference its name, with a tag or a digest
   */
  record Remote(Reference reference) implements Base {
    Repository repository() {
      return new Repository.Remote(reference.registry(), reference.repository());
    }

    @Override
    public String toString() {
      return reference.toString();
    }
  }

  /**
   * An image of a layout on disk.
   *
   * @param folder the layout
   * @param target a tag or a digest; empty for the only image there is
   */
  record Layout(Path folder, Optional<String> target) implements Base {
    @Override
    public String toString() {
      String separator = target.filter(Digest::isDigest).isPresent() ? "@" : ":";
      return "oci:" + folder + target.map(t -> separator + t).orElse("");
    }
  }

  /**
   * An image that another module of the build made, platform by platform; it need not have an index
   * yet. What an image on it says of its base is what that image says of its own: its bytes then do
   * not depend on which run built the base.
   *
   * @param name what it was asked for by
   * @param place where it was found, for people
   * @param parts where each platform's manifest lies
   * @param published the repository that the image goes to, from where its layers may be mounted
   * @param doubt why an image on it is not to be published; empty if it may be
   */
  record Sibling(
      String name,
      String place,
      Map<Platform, Part> parts,
      Repository published,
      Optional<String> doubt)
      implements Base {
    @Override
    public String toString() {
      return name + " (" + place + ")";
    }
  }

  /** One platform of an image: where its manifest lies, and which it is. */
  record Part(Repository repository, Digest manifest) {}

  /** The word for a base of nothing. */
  String SCRATCH = "scratch";

  /** Before the folder of a layout. */
  String LAYOUT_PREFIX = "oci:";

  /**
   * Reads {@code scratch}, {@code oci:DIR}, {@code oci:DIR:REF}, {@code oci:DIR@DIGEST}, or a
   * reference to a registry.
   *
   * @param directory where a relative layout folder starts from
   * @throws IllegalArgumentException if the text is none of these
   */
  static Base parse(String text, Path directory) {
    String name = text.strip();
    if (name.equals(SCRATCH)) {
      return new Scratch();
    }
    if (!name.startsWith(LAYOUT_PREFIX)) {
      return new Remote(Reference.parse(name));
    }
    String layout = name.substring(LAYOUT_PREFIX.length());
    int at = layout.lastIndexOf('@');
    if (at > 0 && Digest.isDigest(layout.substring(at + 1))) {
      String digest = Digest.parse(layout.substring(at + 1)).toString();
      return new Layout(folder(directory, layout.substring(0, at)), Optional.of(digest));
    }
    int colon = layout.lastIndexOf(':');
    // A colon before a slash, or after one letter, belongs to the path (C:\layout).
    if (colon > 1 && layout.indexOf('/', colon) < 0 && layout.indexOf('\\', colon) < 0) {
      return new Layout(
          folder(directory, layout.substring(0, colon)), Optional.of(layout.substring(colon + 1)));
    }
    if (layout.isEmpty()) {
      throw new IllegalArgumentException("'oci:' names no folder (oci:DIR, oci:DIR:REF)");
    }
    return new Layout(folder(directory, layout), Optional.empty());
  }

  private static Path folder(Path directory, String name) {
    return directory.resolve(name).normalize();
  }
}
