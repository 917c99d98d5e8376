package dev.multiarch.registry;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * A token server as a challenge names it.
 *
 * @param address where tokens are asked for
 * @param service for which they are to be good
 */
record Realm(URI address, Optional<String> service) {

  /** The token server of a challenge; empty if it names no address that can be asked. */
  static Optional<Realm> of(Challenge challenge) {
    String text = challenge.parameter("realm").orElse("");
    try {
      URI address = URI.create(text);
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return Optional.of(new Realm(address, challenge.parameter("service")));
      }
    } catch (IllegalArgumentException e) {
      // Not even the form of one.
    }
    return Optional.empty();
  }

  /** The host as registries are named. */
  String host() {
    return address.getPort() < 0 ? address.getHost() : address.getHost() + ":" + address.getPort();
  }
}
