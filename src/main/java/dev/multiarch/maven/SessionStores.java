package dev.multiarch.maven;

import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import dev.multiarch.store.Stores;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoFailureException;

/**
 * The stores of one Maven session. Registries are shared by all modules and goals: connections stay
 * open, tokens are asked for once, and what a push confirmed need not be asked again.
 */
final class SessionStores implements Stores {

  private static final int PARALLEL = 4;

  private final Path cacheDirectory;

  private final boolean offline;

  private SessionStores(Path cacheDirectory, boolean offline) {
    this.cacheDirectory = cacheDirectory;
    this.offline = offline;
  }

  static SessionStores of(MavenSession session, RegistryParameters parameters) {
    return new SessionStores(cacheDirectory(System.getenv()), session.isOffline());
  }

  private static Path cacheDirectory(Map<String, String> environment) {
    String cache = environment.get("XDG_CACHE_HOME");
    Path parent =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return parent.resolve("multiarch");
  }

  @Override
  public Store open(Repository repository) {
    if (repository instanceof Repository.Layout layout) {
      return new LayoutStore(layout.folder());
    }
    throw new UnsupportedOperationException("registries");
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
  Parallel parallel() {
    return new Parallel(PARALLEL);
  }
}
