package dev.multiarch.registry;

import java.net.URI;
import java.util.Locale;

/** Who answers at an address: what must be equal for credentials to go along (RFC 6454). */
record Origin(String scheme, String host, int port) {

  static Origin of(URI address) {
    String scheme = address.getScheme().toLowerCase(Locale.ROOT);
    int port = address.getPort();
    return new Origin(
        scheme,
        address.getHost() == null ? "" : address.getHost().toLowerCase(Locale.ROOT),
        port >= 0 ? port : scheme.equals("https") ? 443 : 80);
  }

  // Not the record's own, which takes long when it is first called.

  @Override
  public boolean equals(Object other) {
    return other instanceof Origin origin
        && port == origin.port
        && host.equals(origin.host)
        && scheme.equals(origin.scheme);
  }

  @Override
  public int hashCode() {
    return host.hashCode() + port;
  }

  /**
   * As in the {@code Host} header (RFC 9110, section 7.2): the port only if it is not the usual.
   */
  String authority() {
    return port == (isEncrypted() ? 443 : 80) ? host : host + ":" + port;
  }

  boolean isEncrypted() {
    return scheme.equals("https");
  }

  /**
   * Whether the host is this machine, by its name alone: what {@code localhost} resolves to is not
   * asked.
   */
  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.equals("::1")
        || host.matches("127(\\.\\d{1,3}){3}");
  }

  /** The host in {@code host[:port]}. */
  static String hostOf(String hostAndPort) {
    int colon = hostAndPort.lastIndexOf(':');
    return colon > hostAndPort.lastIndexOf(']') ? hostAndPort.substring(0, colon) : hostAndPort;
  }

  /** An address for messages: without its query, which may hold a signature or a token. */
  static String shown(URI address) {
    return address.getScheme()
        + "://"
        + (address.getHost() == null
            ? String.valueOf(address.getRawAuthority()).replaceFirst(".*@", "")
            : address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort()))
        + address.getRawPath();
  }
}
