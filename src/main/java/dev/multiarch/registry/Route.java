package dev.multiarch.registry;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/**
 * The way to a host: straight, or through a proxy, which opens a tunnel where TLS is spoken (RFC
 * 9110, section 9.3.6) and else asks in our stead.
 */
final class Route {

  private final Origin origin;
  private final Optional<InetSocketAddress> proxy;
  private final Optional<String> credential;

  /**
   * @param credential what the proxy is shown as {@code Proxy-Authorization}
   */
  Route(Origin origin, Optional<InetSocketAddress> proxy, Optional<String> credential) {
    this.origin = origin;
    this.proxy = proxy;
    this.credential = credential;
  }

  /** Whom the route leads to. */
  Origin origin() {
    return origin;
  }

  /** Who is connected to. */
  String host() {
    return proxy.isPresent() ? proxy.get().getHostString() : origin.host();
  }

  int port() {
    return proxy.isPresent() ? proxy.get().getPort() : origin.port();
  }

  Optional<String> credential() {
    return credential;
  }

  /** Whether a proxy is asked to open a tunnel. */
  boolean isTunnel() {
    return proxy.isPresent() && origin.isEncrypted();
  }

  /** What is asked for in the first line of a request (RFC 9112, section 3.2). */
  String target(URI address) {
    String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    boolean asksProxy = proxy.isPresent() && !isTunnel();
    return (asksProxy ? "http://" + origin.authority() : "") + path + query;
  }

  /** Two requests with one key may share a connection. */
  String key() {
    return origin.scheme() + "://" + origin.authority() + " " + host() + ":" + port();
  }
}
