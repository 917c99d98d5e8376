package dev.multiarch.registry;

import dev.multiarch.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * All registries that a build talks to. They share their connections; what is learnt of a host,
 * from tokens to its wish for peace, is shared by all repositories on it.
 */
public final class Registries implements AutoCloseable {

  private final RegistryOptions options;
  private final Time time;
  private final Connections connections;
  private final Wire wire;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, RegistryStore> stores = new ConcurrentHashMap<>();
  private final OpenUploads uploads = new OpenUploads();

  /** Makes no connection yet. */
  public Registries(RegistryOptions options) {
    this(options, Time.system());
  }

  Registries(RegistryOptions options, Time time) {
    this.options = options;
    this.time = time;
    this.connections = new Connections(options, time);
    this.wire = new Wire(connections, options);
  }

  /**
   * A repository.
   *
   * @param registry host with optional port, as in image references; Docker Hub is {@code
   *     docker.io}
   * @param repository path within the registry
   */
  public Store repository(String registry, String repository) {
    return stores.computeIfAbsent(
        registry + "/" + repository,
        name -> new RegistryStore(registry, repository, host(registry), options, uploads));
  }

  /**
   * A repository to read from, through the mirrors that are set for its registry. Not for one that
   * is pushed to: a mirror may show an old tag for a while.
   */
  public Store mirrored(String registry, String repository) {
    List<Store> mirrors = new ArrayList<>();
    for (String mirror : options.mirrorsOf(registry)) {
      mirrors.add(mirror(mirror, repository));
    }
    Store origin = repository(registry, repository);
    return mirrors.isEmpty() ? origin : new MirroredStore(mirrors, origin, options.log());
  }

  /** The repository in a mirror, which may keep it under a path of its own. */
  private Store mirror(String mirror, String repository) {
    int slash = mirror.indexOf('/');
    return slash < 0
        ? repository(mirror, repository)
        : repository(mirror.substring(0, slash), mirror.substring(slash + 1) + "/" + repository);
  }

  /**
   * Opens a connection to a registry, beside whatever else is done, for what will be asked of it.
   * Whether that succeeds is for the first request to find out.
   *
   * @return done when it is
   */
  public Future<?> connect(String registry) {
    FutureTask<?> work = new FutureTask<>(host(registry)::connect, Optional.empty());
    Thread thread = new Thread(work, "multiarch-connect");
    thread.setDaemon(true);
    thread.start();
    return work;
  }

  private Host host(String name) {
    return hosts.computeIfAbsent(name, n -> new Host(n, options, wire, time, this::host));
  }

  /** Cancels the uploads that are still open and ends all connections; nothing works after that. */
  @Override
  public void close() {
    uploads.cancelAll();
    connections.end();
  }

  /** Whether any connection is open. */
  boolean isAlive() {
    return connections.isAnyOpen();
  }
}
