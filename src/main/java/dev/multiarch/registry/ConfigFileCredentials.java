package dev.multiarch.registry;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
  private final Function<String, CredentialHelper> helperOf;
  private final RegistryLog log;
  private final Map<String, FutureTask<Optional<Credential>>> asked = new ConcurrentHashMap<>();

  /**
   * @param files in the order in which they are asked
   */
  public ConfigFileCredentials(List<Path> files, RegistryLog log) {
    this(files, CredentialHelper::named, log);
  }

  /**
   * @param helperOf the helper of a name
   */
  ConfigFileCredentials(
      List<Path> files, Function<String, CredentialHelper> helperOf, RegistryLog log) {
    this.files = List.copyOf(files);
    this.helperOf = helperOf;
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
      // Not its message: where something is wrong there may be a secret.
      log.info(
          "%s was passed over, it cannot be read as JSON (%s)"
              .formatted(file, e.getClass().getSimpleName()));
      return Optional.empty();
    }
    JsonObject auths = Json.objectOrEmpty(config, spelled(config, "auths"));
    JsonObject helpers = Json.objectOrEmpty(config, spelled(config, "credHelpers"));
    Set<String> keys = namespaces(registry, repository);
    keys.removeIf(key -> !auths.has(key) && !helpers.has(key));
    keys.addAll(keys(List.of(helpers, auths), registry));
    for (String key : keys) {
      Optional<Found> found = fromHelper(file, config, helpers, key);
      if (found.isEmpty()) {
        found = entry(file, auths, key);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The namespaces that a repository lies in, the longest first (containers-auth.json(5)). */
  private static Set<String> namespaces(String registry, String repository) {
    Set<String> keys = new LinkedHashSet<>();
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    return keys;
  }

  /**
   * The keys under which something is kept for a whole registry: its name, or addresses as older
   * logins wrote them. If there are none, that which a helper would know.
   */
  private static Set<String> keys(List<JsonObject> maps, String registry) {
    Set<String> keys = new LinkedHashSet<>();
    List<String> names = HUB.contains(registry) ? HUB : List.of(registry);
    for (String name : names) {
      for (JsonObject map : maps) {
        if (map.has(name)) {
          keys.add(name);
        }
      }
      for (JsonObject map : maps) {
        for (String key : map.keySet()) {
          if (isAddressOf(name, key)) {
            keys.add(key);
          }
        }
      }
    }
    return keys.isEmpty() ? Set.of(names.get(0)) : keys;
  }

  /**
   * {@code r.example/}, {@code https://r.example/v2/} and the like. Without a scheme, what has a
   * path is a namespace, and somebody else's; and beside Docker Hub's address lie its tokens.
   */
  private static boolean isAddressOf(String registry, String key) {
    int scheme = key.indexOf("://");
    int from = scheme < 0 ? 0 : scheme + 3;
    if (!key.startsWith(registry, from)) {
      return false;
    }
    String path = key.substring(from + registry.length());
    return BEHIND_A_REGISTRY.contains(path)
        || scheme >= 0 && path.startsWith("/") && !HUB.contains(registry);
  }

  /** How a field is spelled: Docker takes no account of capitals. */
  private static String spelled(JsonObject object, String field) {
    if (!object.has(field)) {
      for (String name : object.keySet()) {
        if (name.equalsIgnoreCase(field)) {
          return name;
        }
      }
    }
    return field;
  }

  private static String text(JsonObject object, String field) {
    return Json.text(object, spelled(object, field)).orElse("");
  }

  /** What a credential helper has under a key: the key's own helper, else the one for all. */
  private Optional<Found> fromHelper(Path file, JsonObject config, JsonObject helpers, String key) {
    String name;
    try {
      name = helpers.has(key) ? text(helpers, key) : text(config, "credsStore");
    } catch (IllegalArgumentException e) {
      log.info("The credential helper that %s has for %s is none".formatted(file, key));
      return Optional.empty();
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    CredentialHelper helper = helperOf.apply(name);
    Optional<Credential> credential = askOnce(helper, key, file);
    return credential.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(credential.get(), helper.program() + ", which " + file + " names"));
  }

  private Optional<Credential> askOnce(CredentialHelper helper, String key, Path file) {
    String question = helper.program() + " " + key;
    FutureTask<Optional<Credential>> answer =
        asked.computeIfAbsent(question, once -> new FutureTask<>(() -> ask(helper, key, file)));
    try {
      answer.run();
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      // Whoever asked was interrupted, so there is no answer to remember.
      asked.remove(question, answer);
    }
    return Optional.empty();
  }

  private Optional<Credential> ask(CredentialHelper helper, String key, Path file)
      throws InterruptedIOException {
    try {
      Optional<Credential> credential = helper.get(key);
      log.debug(
          "%s %s %s"
              .formatted(
                  helper.program(), credential.isPresent() ? "knows" : "does not know", key));
      return credential;
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      log.info(
          "%s, which %s names, %s; see what it says: echo %s | %s get"
              .formatted(helper.program(), file, e.getMessage(), key, helper.program()));
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
    String token = text(entry, "identitytoken");
    if (!token.isEmpty()) {
      return Optional.of(Credential.identityToken(token));
    }
    String pair = text(entry, "auth");
    String decoded =
        pair.isEmpty()
            ? text(entry, "username") + ":" + text(entry, "password")
            : new String(Base64.getDecoder().decode(pair), StandardCharsets.UTF_8);
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no user and password");
    }
    return decoded.length() == 1
        ? Optional.empty()
        : Optional.of(Credential.basic(decoded.substring(0, colon), decoded.substring(colon + 1)));
  }

  @Override
  public List<String> places(String registry) {
    return files.stream().map(Path::toString).toList();
  }
}
