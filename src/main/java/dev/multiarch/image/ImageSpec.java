package dev.multiarch.image;

import dev.multiarch.oci.Format;
import dev.multiarch.oci.Platform;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that an image follows from. Two equal specs over equal files give equal digests.
 *
 * @param from what it is built on
 * @param platforms what it runs on, in the order of its index
 * @param selected those of its platforms that are built now
 * @param application the Java program in it
 * @param files the other files in it, later ones on top
 * @param container how it starts
 * @param format the family of media types it is written in
 * @param created the date it bears
 */
public record ImageSpec(
    Base from,
    List<Platform> platforms,
    List<Platform> selected,
    Optional<Application> application,
    List<FileSet> files,
    ContainerSettings container,
    Format format,
    Instant created) {

  /** Whether all of the image's platforms are built now. */
  public boolean isComplete() {
    return selected.size() == platforms.size();
  }

  /** The image's platforms that are not built now. */
  public List<Platform> missing() {
    return platforms.stream().filter(platform -> !selected.contains(platform)).toList();
  }
}
