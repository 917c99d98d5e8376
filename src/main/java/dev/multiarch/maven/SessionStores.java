package dev.multiarch.maven;

import dev.multiarch.assembly.BaseLayers;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.oci.Reference;
import dev.multiarch.registry.ConfigFileCredentials;
import dev.multiarch.registry.CredentialSource;
import dev.multiarch.registry.EnvironmentCredentials;
import dev.multiarch.registry.Registries;
import dev.multiarch.registry.RegistryLog;
import dev.multiarch.registry.RegistryOptions;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import dev.multiarch.store.Stores;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.settings.crypto.SettingsDecrypter;
import org.jspecify.annotations.Nullable;

/**
 * The stores of one Maven session. Registries are shared by all modules and goals that speak to
 * them in the same way: connections stay open, tokens are asked for once, and what a push confirmed
 * need not be asked again.
 */
final class SessionStores implements Stores {

  private static final int PARALLEL = 4;

  private final Registries registries;
  private final Path cacheDirectory;
  private final boolean offline;

  private SessionStores(Registries registries, Path cacheDirectory, boolean offline) {
    this.registries = registries;
    this.cacheDirectory = cacheDirectory;
    this.offline = offline;
  }

  /**
   * @param cache where to keep what is kept; null for the user's own place
   */
  static SessionStores of(
      MavenSession session,
      SettingsDecrypter decrypter,
      RegistrySettings settings,
      @Nullable Path cache,
      Log log) {
    // Objects of another class loader, as of a plugin with other dependencies, are not ours.
    String key =
        Registries.class.getName()
            + System.identityHashCode(Registries.class.getClassLoader())
            + settings.text();
    Map<String, Object> data = session.getRequest().getData();
    Registries shared;
    synchronized (session.getRequest()) {
      if (data.get(key) instanceof Registries there) {
        shared = there;
      } else {
        shared = new Registries(options(session, decrypter, settings, log));
        data.put(key, shared);
        SessionEnd.close(session, shared::close);
      }
    }
    Path place = cache == null ? userCache(System.getenv()) : cache;
    return new SessionStores(shared, place, session.isOffline());
  }

  private static RegistryOptions options(
      MavenSession session, SettingsDecrypter decrypter, RegistrySettings settings, Log log) {
    RegistryLog listener =
        new RegistryLog() {
          @Override
          public void debug(String line) {
            log.debug(line);
          }

          @Override
          public void info(String line) {
            log.info("  " + line);
          }
        };
    Map<String, String> environment = System.getenv();
    CredentialSource credentials =
        CredentialSource.firstOf(
            List.of(
                new SettingsCredentials(
                    session.getSettings(), decrypter, settings.destination(), settings.server()),
                new EnvironmentCredentials(settings.destination(), environment),
                new ConfigFileCredentials(environment, homes(environment), listener)));
    MavenProxies proxies = new MavenProxies(session, decrypter);
    return settings
        .applyTo(RegistryOptions.defaults())
        .withCredentials(credentials)
        .withProxies(proxies, proxies::credentials)
        .withLog(listener);
  }

  private static Path userCache(Map<String, String> environment) {
    String cache = environment.get("XDG_CACHE_HOME");
    if (cache != null && !cache.isBlank()) {
      return Path.of(cache, "multiarch");
    }
    List<Path> homes = homes(environment);
    // The JVM's, which a user without a home of its own can be given.
    Path home =
        homes.isEmpty()
            ? Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath()
            : homes.get(homes.size() - 1);
    return home.resolve(".cache").resolve("multiarch");
  }

  /**
   * What may be the user's folder: {@code $HOME}, by which the programs go that log in, and what
   * the JVM takes for it, which asks the list of users (and has a question mark for one that is not
   * in it, as in many containers) or is told.
   */
  private static List<Path> homes(Map<String, String> environment) {
    Set<Path> homes = new LinkedHashSet<>();
    for (String text : new String[] {environment.get("HOME"), System.getProperty("user.home")}) {
      if (text != null && !text.isBlank() && Path.of(text).isAbsolute()) {
        homes.add(Path.of(text));
      }
    }
    return List.copyOf(homes);
  }

  @Override
  public Store open(Repository repository) {
    if (repository instanceof Repository.Layout layout) {
      return LayoutStore.published(layout.folder());
    }
    Repository.Remote remote = (Repository.Remote) repository;
    return registries.repository(remote.registry(), remote.path());
  }

  /** The store of a base: a mirror may answer for it, which a destination must not have done. */
  Store openBase(Repository repository) {
    return repository instanceof Repository.Remote remote
        ? registries.mirrored(remote.registry(), remote.path())
        : open(repository);
  }

  /** Opens a connection to where a repository is, beside whatever else is done. */
  void connect(Repository repository) {
    if (!offline && repository instanceof Repository.Remote remote) {
      registries.connect(remote.registry());
    }
  }

  /** The layers of an image's base that its layout does not hold. */
  BaseLayers baseLayers(ImageSummary image) {
    Optional<Reference> place = image.baseRepository();
    if (offline || place.isEmpty()) {
      return new BaseLayers(cache(), Optional.empty());
    }
    Reference base = place.get();
    Store store = openBase(new Repository.Remote(base.registry(), base.repository()));
    return new BaseLayers(cache(), Optional.of(store));
  }

  /**
   * Goals that write to a registry fail when Maven is offline, rather than be passed over as done.
   *
   * @throws MojoFailureException if the repository is in a registry and Maven is offline
   */
  void requireOnlineFor(Repository repository) throws MojoFailureException {
    if (offline && repository instanceof Repository.Remote) {
      throw new MojoFailureException(
          "Maven is offline, and "
              + repository
              + " is in a registry\nRun without -o, or deploy to a folder:"
              + " -Dmultiarch.registry=oci:DIR");
    }
  }

  /** What is kept from build to build, for all projects of a user. */
  LayoutStore cache() {
    return new LayoutStore(cacheDirectory);
  }

  /** Threads for one goal. */
  static Parallel parallel() {
    return new Parallel(PARALLEL);
  }
}
