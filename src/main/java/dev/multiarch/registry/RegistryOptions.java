package dev.multiarch.registry;

import java.net.ProxySelector;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How registries are spoken to.
 *
 * @param credentials where credentials are looked for
 * @param insecure registries, as {@code host[:port]}, that may speak plain HTTP or show a
 *     certificate that nobody vouches for
 * @param proxies which proxy leads where; null for none
 * @param connectTimeout how long to wait for a connection
 * @param idleTimeout how long to wait for a sign of life within a request
 * @param attempts how often a request is tried in all
 * @param firstDelay how long to wait before the second attempt; it doubles with each further one
 * @param maxDelay the longest wait before an attempt, also where the registry asks for more
 * @param userAgent what the client calls itself
 * @param log who is told
 */
public record RegistryOptions(
    CredentialSource credentials,
    Set<String> insecure,
    @Nullable ProxySelector proxies,
    Duration connectTimeout,
    Duration idleTimeout,
    int attempts,
    Duration firstDelay,
    Duration maxDelay,
    String userAgent,
    RegistryLog log) {

  /** Anonymous, secure, patient. */
  public static RegistryOptions defaults() {
    return new RegistryOptions(
        CredentialSource.none(),
        Set.of(),
        null,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        5,
        Duration.ofMillis(500),
        Duration.ofSeconds(60),
        "multiarch-maven-plugin",
        RegistryLog.NONE);
  }

  /** The same with other credentials. */
  public RegistryOptions withCredentials(CredentialSource source) {
    return new RegistryOptions(
        source,
        insecure,
        proxies,
        connectTimeout,
        idleTimeout,
        attempts,
        firstDelay,
        maxDelay,
        userAgent,
        log);
  }

  /** The same with other registries that need no security. */
  public RegistryOptions withInsecure(Set<String> hosts) {
    return new RegistryOptions(
        credentials,
        Set.copyOf(hosts),
        proxies,
        connectTimeout,
        idleTimeout,
        attempts,
        firstDelay,
        maxDelay,
        userAgent,
        log);
  }

  /** The same with proxies. */
  public RegistryOptions withProxies(@Nullable ProxySelector selector) {
    return new RegistryOptions(
        credentials,
        insecure,
        selector,
        connectTimeout,
        idleTimeout,
        attempts,
        firstDelay,
        maxDelay,
        userAgent,
        log);
  }

  /** The same with other patience. */
  public RegistryOptions withPatience(
      Duration idle, int attemptsInAll, Duration delay, Duration longestDelay) {
    return new RegistryOptions(
        credentials,
        insecure,
        proxies,
        connectTimeout,
        idle,
        attemptsInAll,
        delay,
        longestDelay,
        userAgent,
        log);
  }

  /** The same, telling somebody else. */
  public RegistryOptions withLog(RegistryLog listener) {
    return new RegistryOptions(
        credentials,
        insecure,
        proxies,
        connectTimeout,
        idleTimeout,
        attempts,
        firstDelay,
        maxDelay,
        userAgent,
        listener);
  }
}
