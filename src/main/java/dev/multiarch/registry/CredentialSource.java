package dev.multiarch.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A place where credentials of registries may be found. */
public interface CredentialSource {

  /**
   * A credential and where it was found.
   *
   * @param source the place, as a user knows it
   */
  record Found(Credential credential, String source) {}

  /**
   * Looks for the credential of a repository.
   *
   * @param registry host with optional port, {@code docker.io} for Docker Hub
   * @param repository path within the registry, for places that tell repositories apart
   */
  Optional<Found> find(String registry, String repository);

  /** The places that are looked at for a registry, for the message that nothing was found. */
  List<String> places(String registry);

  /** The first of several places that knows anything. */
  static CredentialSource firstOf(List<CredentialSource> sources) {
    return new CredentialSource() {
      @Override
      public Optional<Found> find(String registry, String repository) {
        return sources.stream()
            .flatMap(source -> source.find(registry, repository).stream())
            .findFirst();
      }

      @Override
      public List<String> places(String registry) {
        List<String> places = new ArrayList<>();
        sources.forEach(source -> places.addAll(source.places(registry)));
        return places;
      }
    };
  }

  /** Knows no credential. */
  static CredentialSource none() {
    return firstOf(List.of());
  }
}
