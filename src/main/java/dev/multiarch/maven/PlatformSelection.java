package dev.multiarch.maven;

import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which platforms an image has, and which of them this run builds.
 *
 * @param all in the order of the POM
 * @param selected in the same order
 */
record PlatformSelection(List<Platform> all, List<Platform> selected) {

  static final List<String> DEFAULTS = List.of("linux/amd64", "linux/arm64");

  private static final String HOST = "host";
  private static final String NONE = "none";

  static PlatformSelection of(
      @Nullable List<String> platforms, @Nullable List<String> only, Mistakes mistakes) {
    List<String> named = platforms == null || platforms.isEmpty() ? DEFAULTS : platforms;
    List<Platform> all = mistakes.parseAll("platforms", named, Platform::parse);
    for (Platform platform : new LinkedHashSet<>(all)) {
      if (all.stream().filter(platform::equals).count() > 1) {
        mistakes.add("platforms", platform + " is named twice (perhaps by two of its names)");
      }
    }
    return new PlatformSelection(
        List.copyOf(all), only == null || only.isEmpty() ? all : select(all, only, mistakes));
  }

  private static List<Platform> select(List<Platform> all, List<String> only, Mistakes mistakes) {
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
    for (Platform platform : wanted) {
      if (!all.isEmpty() && !all.contains(platform)) {
        mistakes.add("only", "the image has no %s; it has %s".formatted(platform, join(all)));
      }
    }
    return all.stream().filter(wanted::contains).toList();
  }

  boolean isComplete() {
    return selected.size() == all.size();
  }

  /** What this run does not build. */
  List<Platform> missing() {
    return all.stream().filter(platform -> !selected.contains(platform)).toList();
  }

  static String join(List<Platform> platforms) {
    return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
  }
}
