package dev.multiarch.registry;

import dev.multiarch.store.Store;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All registries of a session. Connections, tokens and what is known to be where are shared by
 * everything that goes through here.
 */
public final class Registries implements AutoCloseable {

  private final RegistryOptions options;
  private final Transport transport;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, RegistryStore> stores = new ConcurrentHashMap<>();

  public Registries(RegistryOptions options) {
    this.options = options;
    this.transport = new Transport(options);
  }

  /**
   * A repository. Nothing is asked yet.
   *
   * @param registry host with optional port, {@code docker.io} for Docker Hub
   * @param repository path within the registry
   */
  public Store repository(String registry, String repository) {
    return stores.computeIfAbsent(
        registry + "/" + repository,
        name -> {
          Host host =
              hosts.computeIfAbsent(
                  registry, r -> new Host(r, options, transport, Clock.systemUTC()));
          return new RegistryStore(host, repository);
        });
  }

  /** Ends what runs in the background. */
  @Override
  public void close() {
    transport.close();
  }
}
