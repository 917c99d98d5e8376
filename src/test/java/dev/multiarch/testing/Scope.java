package dev.multiarch.testing;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code repository:<name>:<actions>}, as a challenge demands it and a token request asks for it.
 */
record Scope(String repository, Set<String> actions) {

  Scope {
    actions = new TreeSet<>(actions);
  }

  static Scope of(String repository, String... actions) {
    return new Scope(repository, Set.of(actions));
  }

  /** Parses a scope; names may hold colons, since a host with a port may be part of them. */
  static Optional<Scope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first == last || !text.startsWith("repository:")) {
      return Optional.empty();
    }
    String repository = text.substring(first + 1, last);
    return Optional.of(
        new Scope(repository, Set.copyOf(Arrays.asList(text.substring(last + 1).split(",")))));
  }

  @Override
  public String toString() {
    return "repository:" + repository + ":" + String.join(",", actions);
  }
}
