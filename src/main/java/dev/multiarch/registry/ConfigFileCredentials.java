package dev.multiarch.registry;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Reference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The files in which {@code docker login} and {@code podman login} keep credentials, and the
 * credential helpers that they name. Where a registry has both, the helper is asked first, as
 * Docker does; what Podman keeps for a namespace goes before what is for the whole registry.
 */
public final class ConfigFileCredentials implements CredentialSource {

  /** The keys under which there may be something for Docker Hub; Docker's own is the first. */
  private static final List<String> HUB =
      List.of(
          "https://index.docker.io/v1/",
          "docker.io",
          "index.docker.io",
          "registry-1.docker.io",
          "registry.hub.docker.com");

  /** What an address may have behind the registry: at most the version of the protocol. */
  private static final Set<String> BEHIND_A_REGISTRY =
      Set.of("", "/", "/v1", "/v1/", "/v2", "/v2/");

  private final List<Path> files;
  private final Function<String, CredentialHelper> helpers;
  private final RegistryLog log;
  private final Map<String, Optional<Credential>> asked = new ConcurrentHashMap<>();

  /**
   * @param files in the order in which they are asked
   */
  public ConfigFileCredentials(List<Path> files, RegistryLog log) {
    this(files, CredentialHelper::named, log);
  }

  /**
   * @param helpers the helper of a name
   */
  ConfigFileCredentials(
      List<Path> files, Function<String, CredentialHelper> helpers, RegistryLog log) {
    this.files = List.copyOf(files);
    this.helpers = helpers;
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
    JsonObject config;
    try {
      config = Json.parseObject(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      log.info(file + " was passed over, it cannot be read: " + e.getMessage());
      return Optional.empty();
    }
    JsonObject auths = Json.objectOrEmpty(config, "auths");
    for (String key : namespaces(registry, repository)) {
      Optional<Found> found = entry(file, auths, key);
      if (found.isPresent()) {
        return found;
      }
    }
    Optional<String> key = key(auths, registry);
    Optional<Found> kept = fromHelper(file, config, key, registry);
    return kept.isPresent() || key.isEmpty() ? kept : entry(file, auths, key.get());
  }

  /** The namespaces that a repository lies in, the longest first (containers-auth.json(5)). */
  private static List<String> namespaces(String registry, String repository) {
    List<String> keys = new ArrayList<>();
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    return keys;
  }

  /**
   * The key under which something is kept for a whole registry: its name, or an address as older
   * logins wrote it. What is kept for a namespace of it is somebody else's.
   */
  private static Optional<String> key(JsonObject map, String registry) {
    for (String name : registry.equals(Reference.DOCKER_HUB) ? HUB : List.of(registry)) {
      if (map.has(name)) {
        return Optional.of(name);
      }
      for (String key : map.keySet()) {
        if (isAddressOf(name, key)) {
          return Optional.of(key);
        }
      }
    }
    return Optional.empty();
  }

  /** {@code r.example/}, {@code https://r.example}, {@code https://r.example/v2/} and the like. */
  private static boolean isAddressOf(String registry, String key) {
    int scheme = key.indexOf("://");
    int from = scheme < 0 ? 0 : scheme + 3;
    return key.startsWith(registry, from)
        && BEHIND_A_REGISTRY.contains(key.substring(from + registry.length()));
  }

  /**
   * What a credential helper has: the registry's own one, else the one for all.
   *
   * @param stored what the registry was called when somebody logged in to it
   */
  private Optional<Found> fromHelper(
      Path file, JsonObject config, Optional<String> stored, String registry) {
    JsonObject byRegistry = Json.objectOrEmpty(config, "credHelpers");
    Optional<String> own = key(byRegistry, registry);
    try {
      Optional<String> name =
          own.isPresent() ? Json.text(byRegistry, own.get()) : Json.text(config, "credsStore");
      if (name.isEmpty() || name.get().isEmpty()) {
        return Optional.empty();
      }
      String usual = registry.equals(Reference.DOCKER_HUB) ? HUB.get(0) : registry;
      String server = own.or(() -> stored).orElse(usual);
      CredentialHelper helper = helpers.apply(name.get());
      return asked
          .computeIfAbsent(helper.program() + " " + server, once -> ask(helper, server, file))
          .map(
              credential -> new Found(credential, helper.program() + ", which " + file + " names"));
    } catch (IllegalArgumentException e) {
      log.info("A credential helper in " + file + " was passed over: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Credential> ask(CredentialHelper helper, String server, Path file) {
    try {
      Optional<Credential> credential = helper.get(server);
      log.debug(
          "%s %s %s"
              .formatted(
                  helper.program(), credential.isPresent() ? "knows" : "does not know", server));
      return credential;
    } catch (IOException e) {
      log.info(
          "%s, which %s names, %s; see what it says: echo %s | %s get"
              .formatted(helper.program(), file, e.getMessage(), server, helper.program()));
      return Optional.empty();
    }
  }

  /** What stands in the file itself. */
  private Optional<Found> entry(Path file, JsonObject auths, String key) {
    try {
      Optional<Credential> credential = credential(Json.objectOrEmpty(auths, key));
      return credential.isEmpty()
          ? Optional.empty()
          : Optional.of(new Found(credential.get(), file.toString()));
    } catch (IllegalArgumentException e) {
      // Not the exception's own text, which may hold the entry.
      log.info("What %s has for %s was passed over: it is no credential".formatted(file, key));
      return Optional.empty();
    }
  }

  private static Optional<Credential> credential(JsonObject entry) {
    // Docker writes it in small letters, others have been seen to write it otherwise.
    for (String field : List.of("identitytoken", "identityToken")) {
      String token = Json.text(entry, field).orElse("");
      if (!token.isEmpty()) {
        return Optional.of(Credential.identityToken(token));
      }
    }
    String user = Json.text(entry, "username").orElse("");
    String password = Json.text(entry, "password").orElse("");
    String pair = Json.text(entry, "auth").orElse("");
    if (!pair.isEmpty()) {
      String decoded = new String(Base64.getDecoder().decode(pair), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("no user and password");
      }
      user = decoded.substring(0, colon);
      password = decoded.substring(colon + 1);
    }
    return user.isEmpty() || password.isEmpty()
        ? Optional.empty()
        : Optional.of(Credential.basic(user, password));
  }

  @Override
  public List<String> places(String registry) {
    return files.stream().map(Path::toString).toList();
  }
}
