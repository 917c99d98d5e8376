package dev.multiarch.registry;

import dev.multiarch.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All registries that a build talks to. They share one HTTP client with its connections; what is
 * learnt of a host, from tokens to its wish for peace, is shared by all repositories on it.
 */
public final class Registries implements AutoCloseable {

  private final RegistryOptions options;
  private final Time time;
  private final Clients client;
  private final Wire wire;
  private final Map<String, Host> hosts = new ConcurrentHashMap<>();
  private final Map<String, RegistryStore> stores = new ConcurrentHashMap<>();
  private final OpenUploads uploads = new OpenUploads();

  /** Makes no connection and loads no HTTP client yet. */
  public Registries(RegistryOptions options) {
    this(options, Time.system());
  }

  Registries(RegistryOptions options, Time time) {
    this.options = options;
    this.time = time;
    this.client = new Clients(options);
    this.wire = new Wire(client, options);
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
    List<Store> mirrors =
        options.mirrorsOf(registry).stream().map(mirror -> mirror(mirror, repository)).toList();
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
   * Begins to load the HTTP client in the background, which takes some 300 ms of the JVM's time;
   * for builds that are about to use a registry and have other things to do until then.
   */
  public void warmUp() {
    client.begin();
  }

  private Host host(String name) {
    return hosts.computeIfAbsent(name, n -> new Host(n, options, wire, time, this::host));
  }

  /** Cancels the uploads that are still open and ends the HTTP client; nothing works after that. */
  @Override
  public void close() {
    uploads.cancelAll();
    client.end();
  }

  /** Whether threads are at work here. */
  boolean isAlive() {
    return client.isAlive();
  }
}
