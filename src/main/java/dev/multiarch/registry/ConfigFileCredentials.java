package dev.multiarch.registry;

import java.io.IOException;
import java.io.InterruptedIOException;
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
 * The files in which {@code docker login} and {@code podman login} keep credentials, and the
 * credential helpers that they name. Where a registry has both, the helper is asked first, as
 * Docker does; what Podman keeps for a namespace goes before what is for the whole registry.
 */
public final class ConfigFileCredentials implements CredentialSource {

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
    Logins logins;
    try {
      logins = Logins.parse(Files.readAllBytes(file));
    } catch (IOException | IllegalArgumentException e) {
      // Not its message: where something is wrong there may be a secret.
      log.info(
          "%s was passed over, it cannot be read as JSON (%s)"
              .formatted(file, e.getClass().getSimpleName()));
      return Optional.empty();
    }
    for (String key : logins.keys(registry, repository)) {
      Optional<Found> found = fromHelper(file, logins, key);
      if (found.isEmpty()) {
        found = entry(file, logins, key);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What a credential helper has under a key: the key's own helper, else the one for all. */
  private Optional<Found> fromHelper(Path file, Logins logins, String key) {
    String name;
    try {
      name = logins.helper(key);
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
  private Optional<Found> entry(Path file, Logins logins, String key) {
    try {
      Optional<Credential> credential = logins.credential(key);
      return credential.isEmpty()
          ? Optional.empty()
          : Optional.of(new Found(credential.get(), file.toString()));
    } catch (IllegalArgumentException e) {
      // Not the exception's own text, which may hold the entry.
      log.info("What %s has for %s was passed over: it is no credential".formatted(file, key));
      return Optional.empty();
    }
  }

  @Override
  public List<String> places(String registry) {
    return files.stream().map(Path::toString).toList();
  }
}
