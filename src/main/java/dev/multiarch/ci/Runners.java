package dev.multiarch.ci;

import dev.multiarch.oci.Platform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which runner builds which platform: what the user says, else the CI system's runner of that
 * processor, else one that is there anyway.
 *
 * @param system whose runners they are
 * @param given what the user says, by platform
 * @param fallback where platforms go that no runner is known for; empty for the system's choice
 */
public record Runners(CiSystem system, Map<Platform, String> given, Optional<String> fallback) {

  private static final String DEFAULT = "default";
  private static final Platform COMMON = Platform.of("linux", "amd64", null);

  /** One of the user's choices: a platform, or none for the default, and a label. */
  public record Choice(Optional<Platform> platform, String label) {

    /**
     * Reads {@code platform=label} or {@code default=label}.
     *
     * @throws IllegalArgumentException if the text has another form
     */
    public static Choice parse(String text) {
      int equals = text.indexOf('=');
      if (equals < 0 || text.substring(equals + 1).isBlank()) {
        throw new IllegalArgumentException(
            "'%s' is not platform=label, such as linux/arm64=ubuntu-24.04-arm".formatted(text));
      }
      String key = text.substring(0, equals).strip();
      return new Choice(
          key.equals(DEFAULT) ? Optional.empty() : Optional.of(Platform.parse(key)),
          text.substring(equals + 1).strip());
    }
  }

  /** The runners of a system, some of them chosen by the user; of two choices the later counts. */
  public static Runners of(CiSystem system, List<Choice> choices) {
    Map<Platform, String> given = new LinkedHashMap<>();
    Optional<String> fallback = Optional.empty();
    for (Choice choice : choices) {
      if (choice.platform().isPresent()) {
        given.put(choice.platform().get(), choice.label());
      } else {
        fallback = Optional.of(choice.label());
      }
    }
    return new Runners(system, Map.copyOf(given), fallback);
  }

  /** Whether somebody said which runner is right, so that it is not just the default. */
  boolean knows(Platform platform) {
    return given.containsKey(platform) || system.nativeRunner(platform).isPresent();
  }

  /** The label, or label expression, of the runner that builds the platform. */
  String label(Platform platform) {
    String label = given.get(platform);
    return label != null ? label : system.nativeRunner(platform).orElseGet(this::anyLabel);
  }

  /** The label of a runner for what runs anywhere. */
  String anyLabel() {
    return fallback.orElseGet(() -> given.getOrDefault(COMMON, system.anyRunner()));
  }

  /** GitHub runs a job where all of several labels are; others take the text as it is. */
  List<String> split(String label) {
    return system == CiSystem.GITHUB ? List.of(label.split("\\s+")) : List.of(label);
  }
}
