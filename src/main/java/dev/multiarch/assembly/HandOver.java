package dev.multiarch.assembly;

import dev.multiarch.oci.Platform;

/**
 * The names under which one run leaves its platforms for the run that assembles: {@code <first
 * tag>-<os>-<arch>[-<variant>][-<os.version>]-<revision>}. Both runs know them without a word
 * between them, runs of different sources cannot meet, and a registry that deletes what is untagged
 * leaves the platforms alone.
 *
 * @param firstTag the first of the image's own tags
 * @param revision the sources it is built of
 */
public record HandOver(String firstTag, String revision) {

  /** The tag of one platform, of 128 characters at most. */
  public String tag(Platform platform) {
    return TagName.of(firstTag + "-" + platform.dashed() + "-" + revision);
  }
}
