package dev.multiarch.registry;

import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which requests go through a proxy, and who we are to it. */
final class Proxies {

  private final ProxySelector selector;
  private final RegistryOptions.ProxyCredentials credentials;

  /** Selectors are not quick: Maven's makes a repository of each address that it is asked for. */
  private final Map<Origin, Route> routes = new ConcurrentHashMap<>();

  Proxies(RegistryOptions options) {
    // Without a choice of ours that of the JVM counts, as for every client in it.
    this.selector =
        options.proxies().isPresent() ? options.proxies().get() : ProxySelector.getDefault();
    this.credentials = options.proxyCredentials();
  }

  /** How an address is reached. All of one origin are reached in the same way. */
  Route route(URI address) {
    Origin origin = Origin.of(address);
    Route route = routes.get(origin);
    if (route == null) {
      route = find(origin, address);
      routes.put(origin, route);
    }
    return route;
  }

  private Route find(Origin origin, URI address) {
    List<Proxy> chosen = selector == null ? List.of() : selector.select(address);
    if (chosen.isEmpty() || chosen.get(0).type() != Proxy.Type.HTTP) {
      return new Route(origin, Optional.empty(), Optional.empty());
    }
    InetSocketAddress proxy = (InetSocketAddress) chosen.get(0).address();
    URI name = URI.create("http://" + proxy.getHostString() + ":" + proxy.getPort());
    Optional<String> credential = credentials.find(name).map(Proxies::basic);
    return new Route(origin, Optional.of(proxy), credential);
  }

  private static String basic(PasswordAuthentication who) {
    String pair = who.getUserName() + ":" + new String(who.getPassword());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }
}
