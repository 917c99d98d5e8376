package dev.multiarch.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request needs leave for (distribution's token specification, "scope").
 *
 * @param repository the repository asked
 * @param push whether it is written to
 * @param mountFrom a sister repository of which blobs are taken over
 */
record Scope(String repository, boolean push, Optional<String> mountFrom) {

  // Not the record's own, for which a JVM that has just started must make code.

  @Override
  public boolean equals(Object other) {
    return other instanceof Scope scope
        && push == scope.push
        && repository.equals(scope.repository)
        && mountFrom.equals(scope.mountFrom);
  }

  @Override
  public int hashCode() {
    return repository.hashCode();
  }

  static Scope pull(String repository) {
    return new Scope(repository, false, Optional.empty());
  }

  static Scope push(String repository) {
    return new Scope(repository, true, Optional.empty());
  }

  Scope mountingFrom(String sister) {
    return new Scope(
        repository, push, sister.equals(repository) ? Optional.empty() : Optional.of(sister));
  }

  /** Whether leave for this is leave for the other too. */
  boolean covers(Scope other) {
    return repository.equals(other.repository)
        && (push || !other.push)
        && (other.mountFrom.isEmpty() || mountFrom.equals(other.mountFrom));
  }

  /** As the token server wants to hear it, one text per repository. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    texts.add("repository:" + repository + (push ? ":pull,push" : ":pull"));
    mountFrom.ifPresent(sister -> texts.add("repository:" + sister + ":pull"));
    return texts;
  }
}
