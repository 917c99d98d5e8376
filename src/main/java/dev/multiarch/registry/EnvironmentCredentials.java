package dev.multiarch.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables {@code MULTIARCH_USERNAME} and {@code MULTIARCH_PASSWORD}. They are meant for one
 * registry, the one that is pushed to, and no other ever sees them.
 *
 * @param registry host with optional port of that registry
 * @param environment the process's variables
 */
public record EnvironmentCredentials(String registry, Map<String, String> environment)
    implements CredentialSource {

  private static final String USER = "MULTIARCH_USERNAME";
  private static final String PASSWORD = "MULTIARCH_PASSWORD";

  @Override
  public Optional<Found> find(String asking, String repository) {
    String user = environment.get(USER);
    String password = environment.get(PASSWORD);
    if (!asking.equals(registry) || user == null || password == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(Credential.basic(user, password), "the variables " + USER + " and " + PASSWORD));
  }

  @Override
  public List<String> places(String asking) {
    return asking.equals(registry)
        ? List.of("the variables " + USER + " and " + PASSWORD)
        : List.of();
  }

  @Override
  public String toString() {
    return "environment of " + registry;
  }
}
