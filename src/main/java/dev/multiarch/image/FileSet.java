package dev.multiarch.image;

import dev.multiarch.layer.Owner;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Files of this machine and where they go in the image.
 *
 * @param from a file, or a folder whose content is meant
 * @param to for a folder the folder in the image; for a file its path, or the folder to lie in if
 *     it ends in a slash
 * @param mode the permission bits of the files; else 755 for what its owner may execute, and 644
 * @param owner whose the files are
 * @param includes patterns of the files to take from a folder, as Maven users know them; none means
 *     all
 * @param excludes patterns of the files to leave out
 * @param platforms the platforms that get the files; none means all
 */
public record FileSet(
    Path from,
    String to,
    Optional<Integer> mode,
    Owner owner,
    List<String> includes,
    List<String> excludes,
    Set<Platform> platforms) {

  /**
   * Reads permission bits.
   *
   * @throws IllegalArgumentException if the text is not three or four octal digits
   */
  public static int parseMode(String text) {
    if (!text.strip().matches("[0-7]{3,4}")) {
      throw new IllegalArgumentException("'" + text + "' is not a mode (three octal digits: 644)");
    }
    return Integer.parseInt(text.strip(), 8);
  }

  /**
   * The folder that is meant, if {@code from} leads to one: a link to a folder is as good as it.
   */
  Path root() throws IOException {
    return Files.isSymbolicLink(from) ? from.toRealPath() : from;
  }

  /** Whether an image for {@code platform} has the files. */
  boolean isFor(Platform platform) {
    return platforms.isEmpty() || platforms.contains(platform);
  }
}
