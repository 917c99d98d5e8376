package dev.multiarch.maven;

import dev.multiarch.registry.Credential;
import dev.multiarch.registry.CredentialSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.maven.settings.Server;
import org.apache.maven.settings.Settings;
import org.apache.maven.settings.crypto.DefaultSettingsDecryptionRequest;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.apache.maven.settings.crypto.SettingsDecryptionResult;
import org.jspecify.annotations.Nullable;

/** The servers of Maven's settings.xml, decrypted. */
final class SettingsCredentials implements CredentialSource {

  private final Settings settings;
  private final SettingsDecrypter decrypter;
  private final String destination;
  private final @Nullable String server;

  /**
   * @param destination the registry that is pushed to
   * @param server the id that the POM names for it; null for the registry's own name
   */
  SettingsCredentials(
      Settings settings, SettingsDecrypter decrypter, String destination, @Nullable String server) {
    this.settings = settings;
    this.decrypter = decrypter;
    this.destination = destination;
    this.server = server;
  }

  private List<String> ids(String registry) {
    List<String> ids = new ArrayList<>();
    if (server != null && registry.equals(destination)) {
      ids.add(server);
    }
    ids.add(registry);
    int colon = registry.lastIndexOf(':');
    if (colon > 0) {
      ids.add(registry.substring(0, colon));
    }
    return ids;
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    for (String id : ids(registry)) {
      Server found = settings.getServer(id);
      if (found != null && found.getPassword() != null) {
        SettingsDecryptionResult result =
            decrypter.decrypt(new DefaultSettingsDecryptionRequest(found));
        Server clear = result.getServer();
        String user = clear.getUsername() == null ? "" : clear.getUsername();
        return Optional.of(
            new Found(
                Credential.basic(user, clear.getPassword()), "server " + id + " of settings.xml"));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> places(String registry) {
    return List.of("settings.xml (server " + String.join(" or ", ids(registry)) + ")");
  }
}
