package dev.multiarch.registry;

import dev.multiarch.oci.Reference;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;

/**
 * Where a registry answers, and whether it speaks TLS. That is https for everyone, unless the host
 * is this machine or was declared insecure: such a host is listened to once, with the first request
 * that goes there anyway, and from then on spoken to in its own way.
 */
final class Endpoint {

  /** Docker Hub's name in references is not where its registry is. */
  private static final String HUB_ADDRESS = "registry-1.docker.io";

  private final URI plain;
  private final URI encrypted;
  private final boolean loopback;
  private final boolean mayBePlain;
  private final ReentrantLock learning = new ReentrantLock();
  private volatile String scheme;

  /**
   * @param registry as in image references
   * @param declaredInsecure whether plain HTTP is allowed though it is not on this machine
   * @param declaredEncrypted whether it is known to speak TLS though it is on this machine
   */
  Endpoint(String registry, boolean declaredInsecure, boolean declaredEncrypted) {
    String address = registry.equals(Reference.DOCKER_HUB) ? HUB_ADDRESS : registry;
    this.plain = URI.create("http://" + address);
    this.encrypted = URI.create("https://" + address);
    this.loopback = Origin.isLoopback(Origin.hostOf(registry));
    this.mayBePlain = loopback || declaredInsecure;
    this.scheme = mayBePlain && !declaredEncrypted ? "" : "https";
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

  /** Where TLS is spoken; empty as long as that is not known. */
  Optional<URI> encrypted() {
    return isEncrypted() ? Optional.of(encrypted) : Optional.empty();
  }

  /** Whether an address is on this very host. */
  boolean is(URI other) {
    return !scheme.isEmpty() && Origin.of(other).equals(Origin.of(root(scheme)));
  }

  /** Sends a request to a path of this host. */
  Answer reach(URI path, Sending sending) throws IOException {
    if (scheme.isEmpty()) {
      lock();
      try {
        if (scheme.isEmpty()) {
          return loopback ? listenPlainFirst(path, sending) : listenEncryptedFirst(path, sending);
        }
      } finally {
        learning.unlock();
      }
    }
    return sending.to(at(scheme, path));
  }

  private void lock() throws InterruptedIOException {
    try {
      learning.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private URI at(String as, URI path) {
    return root(as).resolve(path);
  }

  private URI root(String as) {
    return as.equals("https") ? encrypted : plain;
  }

  /**
   * On this machine nobody listens in, and most registries are plain. One with TLS answers a plain
   * request with a bare status 400 (Go, nginx) or hangs up (Java).
   */
  private Answer listenPlainFirst(URI path, Sending sending) throws IOException {
    IOException hungUp;
    try {
      Answer answer = sending.to(at("http", path));
      if (!wantsTls(answer)) {
        scheme = "http";
        return answer;
      }
      answer.close();
      return encrypted(path, sending);
    } catch (ConnectException | TimedOut | SSLException | StoreException e) {
      throw e;
    } catch (IOException e) {
      hungUp = e;
    }
    // Because it expects TLS, or because it is in trouble.
    try {
      return encrypted(path, sending);
    } catch (IOException e) {
      throw Failures.isCertificate(e) ? e : hungUp;
    }
  }

  /** A registry says of itself that it is one, or at least answers in JSON; a TLS server cannot. */
  private static boolean wantsTls(Answer answer) {
    return answer.status() == 400
        && answer.header("Docker-Distribution-Api-Version").isEmpty()
        && !answer.header("Content-Type").orElse("").contains("json");
  }

  /** As a proxy does that listens on both ports. */
  private static boolean sendsToTls(Answer answer) {
    Optional<URI> to = answer.location();
    return answer.status() / 100 == 3
        && to.isPresent()
        && "https".equals(to.get().getScheme())
        && answer.address().getHost().equals(to.get().getHost());
  }

  private Answer encrypted(URI path, Sending sending) throws IOException {
    Answer answer = sending.to(at("https", path));
    scheme = "https";
    return answer;
  }

  private Answer listenEncryptedFirst(URI path, Sending sending) throws IOException {
    try {
      return encrypted(path, sending);
    } catch (InterruptedIOException | StoreException e) {
      throw e;
    } catch (IOException e) {
      if (Failures.isCertificate(e)) {
        throw e;
      }
      return insteadOf(e, path, sending);
    }
  }

  /** Some that speak no TLS hang up on it, and a firewall may be silent about its port. */
  private Answer insteadOf(IOException encrypted, URI path, Sending sending) throws IOException {
    try {
      Answer answer = sending.to(at("http", path));
      if (!wantsTls(answer) && !sendsToTls(answer)) {
        scheme = "http";
        return answer;
      }
      answer.close();
      throw encrypted;
    } catch (InterruptedIOException | StoreException e) {
      throw e;
    } catch (IOException e) {
      throw encrypted instanceof SSLException && !Failures.isNotTls(encrypted) ? encrypted : e;
    }
  }
}
