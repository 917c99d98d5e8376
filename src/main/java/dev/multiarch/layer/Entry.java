package dev.multiarch.layer;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One file, directory or symbolic link of a layer.
 *
 * @param path where in the image, absolute and without a slash at its end: {@code /app/main}
 * @param content what is there
 * @param mode the permission bits, such as {@code 0644}, four octal digits at most
 * @param modified when it was changed last, to the second
 * @param owner whose it is
 */
public record Entry(String path, Content content, int mode, Instant modified, Owner owner) {

  /**
   * The time that entries have unless told otherwise: one second after the epoch, because some
   * programs take the epoch itself for "unknown". It does not follow the build's output timestamp,
   * so that a layer stays the same from release to release.
   */
  public static final Instant EPOCH_PLUS_SECOND = Instant.ofEpochSecond(1);

  public static final int FILE_MODE = 0644;
  public static final int EXECUTABLE_MODE = 0755;

  /** What an entry is made of. */
  public sealed interface Content {}

  /**
   * The bytes of a file of this machine.
   *
   * @param source where it lies; read when the layer is made
   */
  public record File(Path source) implements Content {}

  /** A directory. */
  public record Directory() implements Content {

    // Not the record's own, which takes long when it is first called.

    @Override
    public boolean equals(Object other) {
      return other instanceof Directory;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  /**
   * A symbolic link.
   *
   * @param target the text of the link, as it is
   */
  public record Link(String target) implements Content {}

  /** Checks the path, which becomes a name in an archive that others unpack as root. */
  public Entry {
    if (mode < 0 || mode > 07777 || modified.getNano() != 0) {
      throw new IllegalArgumentException(
          "%s cannot have the mode %o or the time %s in an archive"
              .formatted(path, mode, modified));
    }
    if (!path.startsWith("/") || path.length() < 2 || path.endsWith("/")) {
      throw new IllegalArgumentException("'" + path + "' is not an absolute path in an image");
    }
    for (String segment : path.substring(1).split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw new IllegalArgumentException("'" + path + "' is not a plain path in an image");
      }
    }
  }

  /** A directory that everybody may enter. */
  public static Entry directory(String path, Owner owner) {
    return new Entry(path, new Directory(), EXECUTABLE_MODE, EPOCH_PLUS_SECOND, owner);
  }
}
