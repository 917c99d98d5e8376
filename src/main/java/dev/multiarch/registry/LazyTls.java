package dev.multiarch.registry;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context that is made when the first connection wants it. Java's HTTP client asks for one
 * when it is built; to load it costs a tenth of a second or two, which a build that only speaks to
 * a registry without TLS need not pay.
 */
final class LazyTls extends SSLContextSpi {

  private final Supplier<SSLContext> maker;
  private @Nullable SSLContext made;

  private LazyTls(Supplier<SSLContext> maker) {
    this.maker = maker;
  }

  /**
   * @param maker called once, by the first that needs the context
   */
  static SSLContext of(Supplier<SSLContext> maker) {
    return new SSLContext(new LazyTls(maker), null, "TLS") {};
  }

  private synchronized SSLContext context() {
    if (made == null) {
      made = maker.get();
    }
    return made;
  }

  @Override
  protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
      throws KeyManagementException {
    throw new KeyManagementException("it makes itself");
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    return context().getSocketFactory();
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    return context().getServerSocketFactory();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return context().createSSLEngine();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return context().createSSLEngine(host, port);
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return context().getServerSessionContext();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return context().getClientSessionContext();
  }
}
