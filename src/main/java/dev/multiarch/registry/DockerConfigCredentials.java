package dev.multiarch.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import dev.multiarch.oci.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What {@code docker login} or {@code podman login} left in a file: passwords, identity tokens, and
 * the names of the helpers that keep them elsewhere. jib reads the file and runs the helpers.
 */
public final class DockerConfigCredentials implements CredentialSource {

  private final Path file;
  private final RegistryLog log;
  private final Map<String, String> troubles = new ConcurrentHashMap<>();

  /**
   * @param file in the form of Docker's {@code config.json} or Podman's {@code auth.json}
   */
  public DockerConfigCredentials(Path file, RegistryLog log) {
    this.file = file;
    this.log = log;
  }

  /**
   * The files that Docker and Podman keep, in the order in which they count: what an environment
   * variable names comes before what lies in the home directory.
   */
  public static CredentialSource wellKnown(
      Map<String, String> environment, Path home, RegistryLog log) {
    Set<Path> files = new LinkedHashSet<>();
    Optional<Path> docker = folder(environment, "DOCKER_CONFIG");
    folder(environment, "REGISTRY_AUTH_FILE").ifPresent(files::add);
    docker.ifPresent(folder -> files.add(folder.resolve("config.json")));
    folder(environment, "XDG_RUNTIME_DIR")
        .ifPresent(folder -> files.add(folder.resolve("containers/auth.json")));
    files.add(home.resolve(".config/containers/auth.json"));
    if (docker.isEmpty()) {
      files.add(home.resolve(".docker/config.json"));
    }
    List<CredentialSource> sources = new ArrayList<>();
    files.forEach(file -> sources.add(new DockerConfigCredentials(file, log)));
    return CredentialSource.firstOf(sources);
  }

  private static Optional<Path> folder(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(v -> !v.isEmpty()).map(Path::of);
  }

  @Override
  public Optional<Credential> find(String registry) {
    return read(registry, List.of(registry));
  }

  /** Podman may keep a credential per namespace; the longest that fits counts. */
  @Override
  public Optional<Credential> find(String registry, String repository) {
    List<String> keys = new ArrayList<>();
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    keys.add(registry);
    return read(registry, keys);
  }

  private Optional<Credential> read(String registry, List<String> keys) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode auths = Json.parseObject(Files.readAllBytes(file)).path("auths");
      for (String key : keys) {
        boolean namespace = !key.equals(registry);
        if (namespace && !auths.has(key)) {
          continue;
        }
        Optional<Credential> found = identityToken(auths.path(key)).or(() -> retrieve(key));
        if (found.isPresent()) {
          return found;
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      troubles.put(registry, "cannot be read");
    }
    return Optional.empty();
  }

  /** jib takes an identity token from the user name of Azure only; Docker takes it from all. */
  private static Optional<Credential> identityToken(JsonNode entry) {
    return Json.text(entry, "identitytoken")
        .filter(token -> !token.isEmpty())
        .map(Credential::identityToken);
  }

  private Optional<Credential> retrieve(String key) {
    try {
      return DockerConfigCredentialRetriever.create(key, file)
          .retrieve(event -> log.debug(event.getMessage()))
          .map(
              found ->
                  found.isOAuth2RefreshToken()
                      ? Credential.identityToken(found.getPassword())
                      : Credential.basic(found.getUsername(), found.getPassword()));
    } catch (IOException | RuntimeException e) {
      troubles.put(key, "cannot be read");
      return Optional.empty();
    }
  }

  @Override
  public String describe(String registry) {
    return troubles.containsKey(registry) ? file + " (" + troubles.get(registry) + ")" : "" + file;
  }
}
