package dev.multiarch.registry;

import java.util.List;
import java.util.TreeSet;

/**
 * What a request needs to be allowed to do, in the words of the token protocol: {@code
 * repository:acme/orders:pull,push}.
 *
 * @param names one or more scopes, sorted
 */
record Scope(List<String> names) {

  Scope {
    names = List.copyOf(new TreeSet<>(names));
  }

  /** Reading from a repository. */
  static Scope pull(String repository) {
    return new Scope(List.of("repository:" + repository + ":pull"));
  }

  /** Reading from and writing to a repository. */
  static Scope push(String repository) {
    return new Scope(List.of("repository:" + repository + ":pull,push"));
  }

  /** Writing to a repository what is read from another one of the same registry. */
  static Scope mount(String repository, String from) {
    return new Scope(
        List.of("repository:" + repository + ":pull,push", "repository:" + from + ":pull"));
  }
}
