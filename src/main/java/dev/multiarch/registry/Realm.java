package dev.multiarch.registry;

import java.io.IOException;
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

  /**
   * @throws IOException if the challenge names no address that can be asked
   */
  static Realm of(Challenge challenge) throws IOException {
    String text = challenge.parameter("realm").orElse("");
    try {
      URI address = URI.create(text);
      if (address.getHost() != null && Set.of("http", "https").contains(address.getScheme())) {
        return new Realm(address, challenge.parameter("service"));
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new IOException("the registry names a token server that is no address");
  }

  /** The host as registries are named. */
  String host() {
    return address.getPort() < 0 ? address.getHost() : address.getHost() + ":" + address.getPort();
  }
}
