package dev.multiarch.registry;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in which {@code docker login} and {@code podman login} keep credentials, and the
 * credential helpers that they name. jib reads them and runs the helpers; what it does not know of
 * them is added here: identity tokens of others than Azure, and Podman's credentials per namespace.
 */
public final class ConfigFileCredentials implements CredentialSource {

  /** The key under which Docker keeps what is for Docker Hub. */
  private static final String HUB_KEY = "https://index.docker.io/v1/";

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
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    files.add(
        (docker.isBlank() ? home.resolve(".docker") : Path.of(docker)).resolve("config.json"));
    String podman = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!podman.isBlank()) {
      files.add(Path.of(podman));
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isBlank()) {
      files.add(Path.of(runtime).resolve("containers").resolve("auth.json"));
    }
    files.add(home.resolve(".config").resolve("containers").resolve("auth.json"));
    return files;
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        Optional<Found> found = find(file, registry, repository);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Found> find(Path file, String registry, String repository) {
    try {
      JsonObject auths = Json.objectOrEmpty(Json.parseObject(Files.readAllBytes(file)), "auths");
      return inNamespace(file, auths, registry, repository)
          .or(() -> inRegistry(file, auths, registry))
          .map(credential -> new Found(credential, file.toString()));
    } catch (IOException | RuntimeException e) {
      // jib lets a malformed entry surface as whatever its parsing runs into. The exception's own
      // text may hold the entry.
      log.info(file + " was passed over, it cannot be read: " + e.getClass().getSimpleName());
      return Optional.empty();
    }
  }

  /** The entry of the longest namespace that the repository lies in (containers-auth.json(5)). */
  private Optional<Credential> inNamespace(
      Path file, JsonObject auths, String registry, String repository) {
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      if (auths.has(key)) {
        String found = key;
        return identityToken(Json.objectOrEmpty(auths, found)).or(() -> retrieve(file, found));
      }
      key = key.substring(0, key.lastIndexOf('/'));
    }
    return Optional.empty();
  }

  private Optional<Credential> inRegistry(Path file, JsonObject auths, String registry) {
    boolean hub = registry.equals(Reference.DOCKER_HUB);
    JsonObject entry = Json.objectOrEmpty(auths, hub ? HUB_KEY : registry);
    return identityToken(entry)
        // jib takes any key that begins with the registry, so also that of a foreign namespace.
        .or(
            () ->
                hasForeignNamespaceOnly(auths, registry)
                    ? Optional.empty()
                    : retrieve(file, hub ? "registry-1.docker.io" : registry));
  }

  private static boolean hasForeignNamespaceOnly(JsonObject auths, String registry) {
    List<String> ours =
        auths.keySet().stream()
            .map(key -> key.replaceFirst("^https?://", ""))
            .filter(key -> key.equals(registry) || key.startsWith(registry + "/"))
            .toList();
    return !ours.isEmpty()
        && ours.stream().noneMatch(key -> key.equals(registry) || key.matches(".*/(v[12]/?)?"));
  }

  private static Optional<Credential> identityToken(JsonObject entry) {
    return Json.text(entry, "identitytoken")
        .filter(token -> !token.isEmpty())
        .map(Credential::identityToken);
  }

  private Optional<Credential> retrieve(Path file, String key) {
    try {
      return DockerConfigCredentialRetriever.create(key, file)
          .retrieve(event -> log.debug(file + ": " + event.getMessage()))
          .map(
              found ->
                  found.isOAuth2RefreshToken()
                      ? Credential.identityToken(found.getPassword())
                      : Credential.basic(found.getUsername(), found.getPassword()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> places(String registry) {
    return files.stream().map(Path::toString).toList();
  }
}
