package dev.multiarch.registry;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    if (!asking.equals(registry) || isMissing(user) || isMissing(password)) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(Credential.basic(user, password), "the variables " + USER + " and " + PASSWORD));
  }

  @Override
  public List<String> places(String asking) {
    return asking.equals(registry)
        ? List.of("the variables " + USER + " and " + PASSWORD + missing())
        : List.of();
  }

  /** CI systems leave a secret unset or empty in jobs that may not have it. */
  private String missing() {
    boolean noUser = isMissing(environment.get(USER));
    return noUser == isMissing(environment.get(PASSWORD))
        ? ""
        : ", of which " + (noUser ? USER : PASSWORD) + " is not set or empty";
  }

  private static boolean isMissing(@Nullable String value) {
    return value == null || value.isEmpty();
  }

  @Override
  public String toString() {
    return "environment of " + registry;
  }
}
