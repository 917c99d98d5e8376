package dev.multiarch.maven;

import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Which platforms an image has, and which of them this run builds.
 *
 * @param all in the order of the POM
 * @param selected in the same order
 * @param part whether this is a run of which other runs build the rest, be it of this image or of
 *     others in the reactor: then no image is tagged by it
 */
record PlatformSelection(List<Platform> all, List<Platform> selected, boolean part) {

  static final List<String> DEFAULTS = List.of("linux/amd64", "linux/arm64");

  private static final String HOST = "host";
  private static final String NONE = "none";

  /** The platforms of an image, as they are or as they are by default. */
  static List<Platform> platforms(@Nullable List<String> platforms, Mistakes mistakes) {
    List<String> named = platforms == null || platforms.isEmpty() ? DEFAULTS : platforms;
    List<Platform> all = mistakes.parseAll("platforms", named, Platform::parse);
    for (Platform platform : new LinkedHashSet<>(all)) {
      if (Collections.frequency(all, platform) > 1) {
        mistakes.add("platforms", platform + " is named twice (perhaps by two of its names)");
      }
    }
    return List.copyOf(all);
  }

  /**
   * @param reactor the platforms of every image of the reactor, this one's or not: a platform that
   *     only others have is no mistake, and this image is passed over
   */
  static PlatformSelection of(
      @Nullable List<String> platforms,
      @Nullable List<String> only,
      List<List<Platform>> reactor,
      Mistakes mistakes) {
    List<Platform> all = platforms(platforms, mistakes);
    if (only == null || only.isEmpty()) {
      return new PlatformSelection(all, all, false);
    }
    List<Platform> wanted = wanted(only, mistakes);
    for (Platform platform : wanted) {
      if (!all.isEmpty()
          && !all.contains(platform)
          && reactor.stream().noneMatch(other -> other.contains(platform))) {
        mistakes.add("only", "the image has no %s; it has %s".formatted(platform, join(all)));
      }
    }
    boolean everything = wanted.containsAll(all) && reactor.stream().allMatch(wanted::containsAll);
    return new PlatformSelection(
        all, all.stream().filter(wanted::contains).toList(), !everything && !only.contains(NONE));
  }

  private static List<Platform> wanted(List<String> only, Mistakes mistakes) {
    List<Platform> wanted = new ArrayList<>();
    for (String word : only) {
      if (word.equals(HOST)) {
        wanted.add(Platform.host());
      } else if (!word.equals(NONE)) {
        mistakes.parse("only", word, Platform::parse).ifPresent(wanted::add);
      } else if (only.size() > 1) {
        mistakes.add("only", "none cannot be combined with platforms");
      }
    }
    return wanted;
  }

  boolean isComplete() {
    return selected.size() == all.size();
  }

  /** What this run does not build. */
  List<Platform> missing() {
    return all.stream().filter(platform -> !selected.contains(platform)).toList();
  }

  static String join(List<Platform> platforms) {
    StringJoiner text = new StringJoiner(", ");
    for (Platform platform : platforms) {
      text.add(platform.toString());
    }
    return text.toString();
  }
}
