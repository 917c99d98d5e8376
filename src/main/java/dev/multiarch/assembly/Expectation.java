package dev.multiarch.assembly;

import dev.multiarch.oci.Platform;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an image must be made of: the word of the job that assembles it.
 *
 * @param imageId which of the project's images
 * @param project whose image
 * @param repository where the image goes
 * @param platforms exactly the platforms it is to have, in the order of its index
 * @param revision which sources; empty where it is not known
 * @param allowed the checks that the user gave up
 */
public record Expectation(
    String imageId,
    Coordinates project,
    String repository,
    List<Platform> platforms,
    Optional<String> revision,
    Set<Check> allowed) {

  /** Checks that a user can give up by name. */
  public enum Check {
    /** All platforms, and this checkout, are of one project version. */
    VERSION,
    /** All platforms, and this checkout, are of one source revision. */
    REVISION,
    /** All platforms are on one base. */
    BASE,
    /** The jobs expected the same platforms as this checkout. */
    PLATFORMS,
    /** A tag may be taken from a single-platform image, or from an index with more platforms. */
    REPLACE;

    /**
     * Reads the name of a check.
     *
     * @throws IllegalArgumentException if there is none of that name; the message lists them
     */
    public static Check parse(String word) {
      for (Check check : values()) {
        if (check.word().equals(word.strip())) {
          return check;
        }
      }
      throw new IllegalArgumentException(
          "'%s' is not the name of a check (%s)"
              .formatted(
                  word, Stream.of(values()).map(Check::word).collect(Collectors.joining(", "))));
    }

    /** The name by which a user gives the check up. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static String join(List<Platform> platforms) {
    return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
  }
}
