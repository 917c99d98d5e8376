package dev.multiarch.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * The files in which {@code docker login} and {@code podman login} keep credentials, a variable
 * with the content of such a file, and the credential helpers that they name. Where a registry has
 * both, the helper is asked first, as Docker does; what Podman keeps for a namespace goes before
 * what is for the whole registry.
 */
public final class ConfigFileCredentials implements CredentialSource {

  private static final String VARIABLE = "DOCKER_AUTH_CONFIG";

  private final List<Config> configs;
  private final Function<String, CredentialHelper> helperOf;
  private final RegistryLog log;

  /** Why places were passed over, by their names. */
  private final Map<String, String> faults = new ConcurrentHashMap<>();

  private final Map<String, FutureTask<Optional<Credential>>> asked = new ConcurrentHashMap<>();

  /**
   * Logins as Docker and Podman write them down.
   *
   * @param name where they stand, as a user knows it
   * @param content JSON; empty if there is nothing
   */
  record Config(String name, Content content) {

    /** Reads it when it is asked for. */
    @FunctionalInterface
    interface Content {
      Optional<byte[]> read() throws IOException;
    }

    static Config file(Path file) {
      return new Config(
          file.toString(),
          () ->
              Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty());
    }

    static Config variable(String name, String value) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      return new Config("the variable " + name, () -> Optional.of(bytes));
    }
  }

  /**
   * Where the two programs keep logins: Docker's {@code $DOCKER_CONFIG/config.json} or {@code
   * ~/.docker/config.json}; Podman's {@code $REGISTRY_AUTH_FILE}, {@code
   * $XDG_RUNTIME_DIR/containers/auth.json} and {@code ~/.config/containers/auth.json}; and {@code
   * $DOCKER_AUTH_CONFIG}.
   *
   * <p>Docker, since 28.3, asks that variable first. But where it is set most, in GitLab, it holds
   * what the runner pulls its own images with, and pushes that had logged in were refused
   * (docker/cli issue 6156). So it is asked last: a login is the later word.
   *
   * @param environment the process's variables
   * @param homes what may be the user's folder
   */
  public ConfigFileCredentials(Map<String, String> environment, List<Path> homes, RegistryLog log) {
    this(standardPlaces(environment, homes), CredentialHelper::named, log);
  }

  /**
   * @param configs in the order in which they are asked
   * @param helperOf the helper of a name
   */
  ConfigFileCredentials(
      List<Config> configs, Function<String, CredentialHelper> helperOf, RegistryLog log) {
    this.configs = List.copyOf(configs);
    this.helperOf = helperOf;
    this.log = log;
  }

  private static List<Config> standardPlaces(Map<String, String> environment, List<Path> homes) {
    List<Config> configs = new ArrayList<>();
    String docker = environment.getOrDefault("DOCKER_CONFIG", "");
    if (!docker.isBlank()) {
      configs.add(Config.file(Path.of(docker).resolve("config.json")));
    } else {
      for (Path home : homes) {
        configs.add(Config.file(home.resolve(".docker").resolve("config.json")));
      }
    }
    String podman = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!podman.isBlank()) {
      configs.add(Config.file(Path.of(podman)));
    }
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (!runtime.isBlank()) {
      configs.add(Config.file(Path.of(runtime).resolve("containers").resolve("auth.json")));
    }
    for (Path home : homes) {
      configs.add(Config.file(home.resolve(".config").resolve("containers").resolve("auth.json")));
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    if (!variable.isBlank()) {
      configs.add(Config.variable(VARIABLE, variable));
    }
    return configs;
  }

  @Override
  public Optional<Found> find(String registry, String repository) {
    for (Config config : configs) {
      Optional<Found> found = find(config, registry, repository);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> find(Config config, String registry, String repository) {
    Logins logins;
    try {
      Optional<byte[]> content = config.content.read();
      if (content.isEmpty()) {
        return Optional.empty();
      }
      logins = Logins.parse(content.get());
    } catch (IOException | IllegalArgumentException e) {
      // Not its message: where something is wrong there may be a secret.
      fault(
          config,
          "cannot be read as JSON",
          config.name + " was passed over: it cannot be read as JSON");
      return Optional.empty();
    }
    for (String key : logins.keys(registry, repository)) {
      Optional<Found> found = fromHelper(config, logins, key);
      if (found.isEmpty()) {
        found = entry(config, logins, key);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What a credential helper has under a key: the key's own helper, else the one for all. */
  private Optional<Found> fromHelper(Config config, Logins logins, String key) {
    String name;
    try {
      name = logins.helper(key);
    } catch (IllegalArgumentException e) {
      log.info("The credential helper that %s has for %s is none".formatted(config.name, key));
      return Optional.empty();
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    CredentialHelper helper = helperOf.apply(name);
    Optional<Credential> credential = askOnce(helper, key, config);
    return credential.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Found(credential.get(), helper.program() + ", which " + config.name + " names"));
  }

  private Optional<Credential> askOnce(CredentialHelper helper, String key, Config config) {
    String question = helper.program() + " " + key;
    FutureTask<Optional<Credential>> answer =
        asked.computeIfAbsent(question, once -> new FutureTask<>(() -> ask(helper, key, config)));
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

  private Optional<Credential> ask(CredentialHelper helper, String key, Config config)
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
      fault(
          config,
          helper.program() + " " + e.getMessage(),
          "%s, which %s names, %s; see what it says: echo %s | %s get"
              .formatted(helper.program(), config.name, e.getMessage(), key, helper.program()));
      return Optional.empty();
    }
  }

  /** What stands there itself. */
  private Optional<Found> entry(Config config, Logins logins, String key) {
    try {
      Optional<Credential> credential = logins.credential(key);
      return credential.isEmpty()
          ? Optional.empty()
          : Optional.of(new Found(credential.get(), config.name));
    } catch (IllegalArgumentException e) {
      // Not the exception's own text, which may hold the entry.
      log.info(
          "What %s has for %s was passed over: it is no credential".formatted(config.name, key));
      return Optional.empty();
    }
  }

  @Override
  public List<String> places(String registry) {
    return configs.stream()
        .map(config -> config.name)
        .map(name -> faults.containsKey(name) ? name + " (" + faults.get(name) + ")" : name)
        .toList();
  }

  private void fault(Config config, String reason, String line) {
    faults.put(config.name, reason);
    log.info(line);
  }
}
