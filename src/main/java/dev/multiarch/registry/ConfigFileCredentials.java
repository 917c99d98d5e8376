package dev.multiarch.registry;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in which {@code docker login} and {@code podman login} keep credentials, and the
 * credential helpers that they name. Reading them is jib's.
 */
public final class ConfigFileCredentials implements CredentialSource {

  private static final String OAUTH2_USER = "<token>";

  private final List<Path> files;
  private final RegistryLog log;

  /**
   * @param files in the order in which they are asked
   */
  public ConfigFileCredentials(List<Path> files, RegistryLog log) {
    this.files = List.copyOf(files);
    this.log = log;
  }

  /**
   * Where the two programs keep their files: Docker's {@code $DOCKER_CONFIG/config.json} or {@code
   * ~/.docker/config.json}; Podman's {@code $REGISTRY_AUTH_FILE}, {@code
   * $XDG_RUNTIME_DIR/containers/auth.json} and {@code ~/.config/containers/auth.json}.
   */
  public static List<Path> standardFiles(Map<String, String> environment, Path home) {
    List<Path> files = new ArrayList<>();
    String docker = environment.get("DOCKER_CONFIG");
    files.add((docker == null ? home.resolve(".docker") : Path.of(docker)).resolve("config.json"));
    String podman = environment.get("REGISTRY_AUTH_FILE");
    if (podman != null) {
      files.add(Path.of(podman));
    }
    String runtime = environment.get("XDG_RUNTIME_DIR");
    if (runtime != null) {
      files.add(Path.of(runtime, "containers", "auth.json"));
    }
    files.add(home.resolve(".config").resolve("containers").resolve("auth.json"));
    return files;
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    // jib knows Docker Hub by the name of its server, and its other names from there.
    String known = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        Optional<Found> found = find(file, known);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Found> find(Path file, String registry) {
    try {
      return DockerConfigCredentialRetriever.create(registry, file)
          .retrieve(event -> log.debug(file + ": " + event.getMessage()))
          .map(
              c ->
                  c.getUsername().equals(OAUTH2_USER)
                      ? Credential.identityToken(c.getPassword())
                      : Credential.basic(c.getUsername(), c.getPassword()))
          .map(credential -> new Found(credential, file.toString()));
    } catch (IOException | RuntimeException e) {
      // jib lets a malformed entry surface as whatever its parsing runs into.
      log.info(file + " was passed over, it cannot be read: " + e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  @Override
  public List<String> places(String registry) {
    return files.stream().map(Path::toString).toList();
  }
}
