package dev.multiarch.registry;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import javax.net.ssl.SSLException;

/**
 * Where a registry answers, and whether it speaks TLS. That is https for everyone, unless the host
 * is this machine or was declared insecure: such a host is listened to once, with the first request
 * that goes there anyway, and from then on spoken to in its own way.
 */
final class Endpoint {

  /** Docker Hub's name in references is not where its registry is. */
  private static final String HUB_ADDRESS = "registry-1.docker.io";

  private final String address;
  private final boolean loopback;
  private final boolean mayBePlain;
  private volatile String scheme;

  /**
   * @param registry as in image references
   */
  Endpoint(String registry, boolean declaredInsecure) {
    this.address = registry.equals(dev.multiarch.oci.Reference.DOCKER_HUB) ? HUB_ADDRESS : registry;
    this.loopback = Origin.isLoopback(Origin.hostOf(registry));
    this.mayBePlain = loopback || declaredInsecure;
    this.scheme = mayBePlain ? "" : "https";
  }

  /** Something that is sent to an address. */
  @FunctionalInterface
  interface Sending {
    Answer to(URI address) throws IOException;
  }

  /** Whether credentials may go to this host without TLS. */
  boolean mayBePlain() {
    return mayBePlain;
  }

  /** Whether TLS is known to be spoken here. */
  boolean isEncrypted() {
    return scheme.equals("https");
  }

  /** Whether an address is on this very host. */
  boolean is(URI other) {
    return !scheme.isEmpty() && Origin.of(other).equals(Origin.of(at(scheme, URI.create("/"))));
  }

  /** Sends a request to a path of this host. */
  Answer reach(URI path, Sending sending) throws IOException {
    if (!scheme.isEmpty()) {
      return sending.to(at(scheme, path));
    }
    return loopback ? listenPlainFirst(path, sending) : listenEncryptedFirst(path, sending);
  }

  private URI at(String as, URI path) {
    return URI.create(as + "://" + address).resolve(path);
  }

  /**
   * On this machine nobody listens in, and most registries are plain. One with TLS answers a plain
   * request with status 400 (Go, nginx) or hangs up (Java).
   */
  private Answer listenPlainFirst(URI path, Sending sending) throws IOException {
    try {
      Answer answer = sending.to(at("http", path));
      if (answer.status() != 400) {
        scheme = "http";
        return answer;
      }
      answer.close();
    } catch (ConnectException e) {
      throw e;
    } catch (IOException e) {
      // It hung up: because it expects TLS, or because it is in trouble.
      try {
        return encrypted(path, sending);
      } catch (IOException notEncryptedEither) {
        if (Problems.isCertificate(notEncryptedEither)) {
          throw notEncryptedEither;
        }
        throw e;
      }
    }
    try {
      return encrypted(path, sending);
    } catch (SSLException e) {
      if (Problems.isCertificate(e)) {
        throw e;
      }
      scheme = "http";
      return sending.to(at("http", path));
    }
  }

  private Answer encrypted(URI path, Sending sending) throws IOException {
    Answer answer = sending.to(at("https", path));
    scheme = "https";
    return answer;
  }

  private Answer listenEncryptedFirst(URI path, Sending sending) throws IOException {
    try {
      return encrypted(path, sending);
    } catch (SSLException | ConnectException e) {
      if (e instanceof SSLException && !Problems.isNotTls(e)) {
        throw e;
      }
      Answer answer = sending.to(at("http", path));
      scheme = "http";
      return answer;
    }
  }
}
