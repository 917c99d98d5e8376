package dev.multiarch.maven;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How registries are spoken to: the element {@code <registries>}. The same can be said with
 * properties {@code multiarch.registries.<name>}.
 */
public final class RegistryParameters {

  /**
   * Registries, as {@code host[:port]}, that may speak plain HTTP or show a certificate that nobody
   * vouches for. Loopback registries may speak plain HTTP without being named.
   */
  @Nullable List<String> insecure;

  /**
   * The id of the server in settings.xml that holds the credentials of the destination's registry;
   * unless set, the server whose id is the registry's {@code host:port}, then its host.
   */
  @Nullable String server;
}
