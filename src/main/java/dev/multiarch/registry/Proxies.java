package dev.multiarch.registry;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Which requests go through a proxy, and who we are to it. */
final class Proxies {

  private final ProxySelector selector;
  private final RegistryOptions.ProxyCredentials credentials;

  Proxies(RegistryOptions options) {
    // Without a choice of ours that of the JVM counts, as for every client in it.
    this.selector = options.proxies().orElseGet(ProxySelector::getDefault);
    this.credentials = options.proxyCredentials();
  }

  /** How an address is reached. */
  Route route(URI address) {
    Optional<InetSocketAddress> proxy =
        selector == null
            ? Optional.empty()
            : selector.select(address).stream()
                .findFirst()
                .filter(chosen -> chosen.type() == Proxy.Type.HTTP)
                .map(chosen -> (InetSocketAddress) chosen.address());
    Optional<String> credential =
        proxy
            .map(at -> URI.create("http://" + at.getHostString() + ":" + at.getPort()))
            .flatMap(credentials::find)
            .map(Proxies::basic);
    return new Route(Origin.of(address), proxy, credential);
  }

  private static String basic(PasswordAuthentication who) {
    String pair = who.getUserName() + ":" + new String(who.getPassword());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
