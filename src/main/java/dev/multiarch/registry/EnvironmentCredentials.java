package dev.multiarch.registry;

import java.util.Map;
import java.util.Optional;

/**
 * The two environment variables that a CI job sets for its destination. They are valid for that one
 * registry only, so a base's registry never sees them.
 */
public final class EnvironmentCredentials implements CredentialSource {

  private static final String USERNAME = "MULTIARCH_USERNAME";
  private static final String PASSWORD = "MULTIARCH_PASSWORD";

  private final String destination;
  private final Map<String, String> environment;

  /**
   * @param destination the registry that is pushed to, as in image references
   * @param environment usually {@link System#getenv()}
   */
  public EnvironmentCredentials(String destination, Map<String, String> environment) {
    this.destination = destination;
    this.environment = environment;
  }

  @Override
  public Optional<Credential> find(String registry) {
    String user = environment.getOrDefault(USERNAME, "");
    String password = environment.getOrDefault(PASSWORD, "");
    return registry.equals(destination) && !user.isEmpty() && !password.isEmpty()
        ? Optional.of(Credential.basic(user, password))
        : Optional.empty();
  }

  @Override
  public String describe(String registry) {
    return registry.equals(destination)
        ? "environment variables " + USERNAME + " and " + PASSWORD
        : "";
  }
}
