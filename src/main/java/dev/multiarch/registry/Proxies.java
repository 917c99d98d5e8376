package dev.multiarch.registry;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Who we are to the proxy that a request goes through.
 *
 * <p>The JDK's own way, an {@code Authenticator}, cannot be used: with one, its client takes every
 * 401 for its own business. So the header is set here; the client sends it to the proxy only, also
 * where it opens a tunnel. For tunnels, which is all of https, it drops a Basic header unless
 * {@code jdk.http.auth.tunneling.disabledSchemes} is empty; that is read once per JVM, from its
 * command line ({@code .mvn/jvm.config}), and is not ours to change for everybody else in it.
 */
final class Proxies {

  static final String HEADER = "Proxy-Authorization";

  private final RegistryOptions options;

  Proxies(RegistryOptions options) {
    this.options = options;
  }

  /** The value of {@link #HEADER} for a request to an address. */
  Optional<String> header(URI address) {
    return options
        .proxies()
        .flatMap(selector -> proxyFor(selector, address))
        .flatMap(proxy -> options.proxyCredentials().find(proxy))
        .map(Proxies::basic);
  }

  private static Optional<URI> proxyFor(ProxySelector selector, URI address) {
    return selector.select(address).stream()
        .findFirst()
        .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(at -> URI.create("http://" + at.getHostString() + ":" + at.getPort()));
  }

  private static String basic(PasswordAuthentication who) {
    String pair = who.getUserName() + ":" + new String(who.getPassword());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
