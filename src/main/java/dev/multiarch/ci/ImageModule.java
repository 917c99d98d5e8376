package dev.multiarch.ci;

import dev.multiarch.oci.Platform;
import java.util.List;

/**
 * A module that has an image.
 *
 * @param groupId of its coordinates
 * @param artifactId of its coordinates
 * @param path its folder, from the root of the build, with slashes; a dot for the root itself
 * @param platforms what its images are for, in the order of the POM
 */
public record ImageModule(
    String groupId, String artifactId, String path, List<Platform> platforms) {

  private static final String HARMLESS = "[A-Za-z0-9_][A-Za-z0-9._/-]*|\\.";

  /** How Maven's {@code -pl} selects it, in words that a shell leaves as they are. */
  String selector() {
    return path.matches(HARMLESS) ? path : groupId + ":" + artifactId;
  }
}
