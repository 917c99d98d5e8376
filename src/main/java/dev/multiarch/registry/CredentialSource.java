package dev.multiarch.registry;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A place where credentials for registries may be found. It is asked only when one is wanted. */
public interface CredentialSource {

  /**
   * The credential for a registry.
   *
   * @param registry host with optional port, as in image references; Docker Hub is {@code
   *     docker.io}
   * @return empty if there is none here; a source that cannot be read has none, and says why in
   *     {@link #describe}
   */
  Optional<Credential> find(String registry);

  /**
   * The credential for one repository, for sources that know several per registry.
   *
   * @param repository path within the registry
   */
  default Optional<Credential> find(String registry, String repository) {
    return find(registry);
  }

  /** Where a credential for the registry was looked for, in words a user can act on. */
  String describe(String registry);

  /** Has no credentials at all. */
  static CredentialSource none() {
    return firstOf(List.of());
  }

  /** Asks the sources in order; the first that has a credential counts. */
  static CredentialSource firstOf(List<CredentialSource> sources) {
    List<CredentialSource> order = List.copyOf(sources);
    return new CredentialSource() {
      @Override
      public Optional<Credential> find(String registry) {
        return order.stream()
            .flatMap(source -> source.find(registry).map(c -> named(c, source, registry)).stream())
            .findFirst();
      }

      @Override
      public Optional<Credential> find(String registry, String repository) {
        return order.stream()
            .flatMap(
                source ->
                    source.find(registry, repository).map(c -> named(c, source, registry)).stream())
            .findFirst();
      }

      @Override
      public String describe(String registry) {
        return order.stream()
            .map(source -> source.describe(registry))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
      }
    };
  }

  private static Credential named(Credential credential, CredentialSource source, String registry) {
    return credential.source().isEmpty() ? credential.from(source.describe(registry)) : credential;
  }
}
