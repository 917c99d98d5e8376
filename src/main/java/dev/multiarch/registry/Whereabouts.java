package dev.multiarch.registry;

import dev.multiarch.oci.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which repository of one registry is known to hold a blob, so that another one can take it over:
 * the modules of a build share bases and libraries.
 */
final class Whereabouts {

  private final Map<Digest, String> repositories = new ConcurrentHashMap<>();

  void seen(Digest blob, String repository) {
    repositories.putIfAbsent(blob, repository);
  }

  Optional<String> of(Digest blob) {
    return Optional.ofNullable(repositories.get(blob));
  }
}
