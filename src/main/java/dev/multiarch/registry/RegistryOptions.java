package dev.multiarch.registry;

import dev.multiarch.oci.Reference;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How to talk to registries. Immutable: each {@code with…} gives a changed copy. Registries are
 * named as in image references, host with optional port.
 */
public final class RegistryOptions {

  private static final String HTTPS = ":443";

  // Written while a copy is made, never after a method has returned it.
  private CredentialSource credentials = CredentialSource.none();
  private Set<String> insecure = Set.of();
  private Map<String, Path> caBundles = Map.of();
  private Map<String, List<String>> mirrors = Map.of();
  private Optional<ProxySelector> proxies = Optional.empty();
  private ProxyCredentials proxyCredentials = proxy -> Optional.empty();
  private Timeouts timeouts =
      new Timeouts(Duration.ofSeconds(20), Duration.ofMinutes(2), Duration.ofHours(2));
  private Retries retries =
      new Retries(5, Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofMinutes(5));
  private Chunks chunks = new Chunks(1L << 30, 32L << 20);
  private int parallel = 4;
  private String userAgent = "multiarch-maven-plugin";
  private RegistryLog log = RegistryLog.NONE;

  private RegistryOptions() {}

  /**
   * How long to be patient.
   *
   * @param connect for a connection, with TLS
   * @param idle without a byte moving, in either direction
   * @param total for one request with all its attempts; a blob that goes in chunks, or is resumed,
   *     takes several requests
   */
  public record Timeouts(Duration connect, Duration idle, Duration total) {}

  /**
   * How often to try.
   *
   * @param attempts of one request, the first included
   * @param firstDelay before the second attempt; it doubles from attempt to attempt
   * @param longestDelay where the doubling stops
   * @param longestWait the sum of waits that one request bears, those included that the registry
   *     asks for
   */
  public record Retries(
      int attempts, Duration firstDelay, Duration longestDelay, Duration longestWait) {}

  /**
   * How blobs are cut.
   *
   * @param threshold the size in bytes above which a blob goes in chunks
   * @param size of a chunk in bytes; a registry may ask for more, and its 413 makes it less
   */
  public record Chunks(long threshold, long size) {}

  /** Who we are to a proxy. */
  @FunctionalInterface
  public interface ProxyCredentials {
    /**
     * @param proxy {@code http://host:port}
     */
    Optional<PasswordAuthentication> find(URI proxy);
  }

  /** No credentials, no proxy, the JVM's trust store, plain HTTP on loopback only. */
  public static RegistryOptions defaults() {
    return new RegistryOptions();
  }

  private RegistryOptions copy() {
    RegistryOptions copy = new RegistryOptions();
    copy.credentials = credentials;
    copy.insecure = insecure;
    copy.caBundles = caBundles;
    copy.mirrors = mirrors;
    copy.proxies = proxies;
    copy.proxyCredentials = proxyCredentials;
    copy.timeouts = timeouts;
    copy.retries = retries;
    copy.chunks = chunks;
    copy.parallel = parallel;
    copy.userAgent = userAgent;
    copy.log = log;
    return copy;
  }

  /** Where credentials are looked for. */
  public RegistryOptions withCredentials(CredentialSource source) {
    RegistryOptions copy = copy();
    copy.credentials = source;
    return copy;
  }

  /** Registries that may speak plain HTTP or show a certificate that nobody vouches for. */
  public RegistryOptions withInsecure(Set<String> registries) {
    RegistryOptions copy = copy();
    Set<String> keys = new HashSet<>();
    for (String registry : registries) {
      keys.add(key(registry));
    }
    copy.insecure = Set.copyOf(keys);
    return copy;
  }

  /** PEM files of certificates that are trusted for one registry, besides the JVM's own. */
  public RegistryOptions withCaBundles(Map<String, Path> files) {
    RegistryOptions copy = copy();
    copy.caBundles = byKey(files);
    return copy;
  }

  /**
   * Where to read a registry's images first.
   *
   * @param hosts per registry its mirrors in order, each a host with optional port and path
   */
  public RegistryOptions withMirrors(Map<String, List<String>> hosts) {
    RegistryOptions copy = copy();
    copy.mirrors = byKey(hosts);
    return copy;
  }

  /** Which proxy to take for which address, and who we are to it. */
  public RegistryOptions withProxies(ProxySelector selector, ProxyCredentials who) {
    RegistryOptions copy = copy();
    copy.proxies = Optional.of(selector);
    copy.proxyCredentials = who;
    return copy;
  }

  /** Which proxy to take for which address, with nobody to be to it. */
  public RegistryOptions withProxies(ProxySelector selector) {
    return withProxies(selector, proxy -> Optional.empty());
  }

  public RegistryOptions withTimeouts(Timeouts patience) {
    RegistryOptions copy = copy();
    copy.timeouts = patience;
    return copy;
  }

  public RegistryOptions withRetries(Retries limits) {
    RegistryOptions copy = copy();
    copy.retries = limits;
    return copy;
  }

  public RegistryOptions withChunks(Chunks sizes) {
    RegistryOptions copy = copy();
    copy.chunks = sizes;
    return copy;
  }

  /** How many requests to one host may be under way, reading and writing each. */
  public RegistryOptions withParallel(int requests) {
    if (requests < 1) {
      throw new IllegalArgumentException("at least one request must be allowed");
    }
    RegistryOptions copy = copy();
    copy.parallel = requests;
    return copy;
  }

  public RegistryOptions withUserAgent(String name) {
    RegistryOptions copy = copy();
    copy.userAgent = name;
    return copy;
  }

  public RegistryOptions withLog(RegistryLog listener) {
    RegistryOptions copy = copy();
    copy.log = listener;
    return copy;
  }

  CredentialSource credentials() {
    return credentials;
  }

  /**
   * One name for each registry, however it was written: in references, in these options, or by the
   * address to which a connection is.
   */
  private static String key(String hostAndPort) {
    String name = hostAndPort.toLowerCase(Locale.ROOT);
    String host = name.endsWith(HTTPS) ? name.substring(0, name.length() - HTTPS.length()) : name;
    return Reference.isDockerHub(host) ? Reference.DOCKER_HUB : host;
  }

  private static <T> Map<String, T> byKey(Map<String, T> named) {
    Map<String, T> byKey = new HashMap<>();
    for (Map.Entry<String, T> one : named.entrySet()) {
      byKey.put(key(one.getKey()), one.getValue());
    }
    return Map.copyOf(byKey);
  }

  boolean isInsecure(String hostAndPort) {
    return insecure.contains(key(hostAndPort));
  }

  Optional<Path> caBundle(String hostAndPort) {
    return Optional.ofNullable(caBundles.get(key(hostAndPort)));
  }

  List<String> mirrorsOf(String registry) {
    return mirrors.getOrDefault(key(registry), List.of());
  }

  Optional<ProxySelector> proxies() {
    return proxies;
  }

  ProxyCredentials proxyCredentials() {
    return proxyCredentials;
  }

  Timeouts timeouts() {
    return timeouts;
  }

  Retries retries() {
    return retries;
  }

  Chunks chunks() {
    return chunks;
  }

  int parallel() {
    return parallel;
  }

  String userAgent() {
    return userAgent;
  }

  RegistryLog log() {
    return log;
  }
}
