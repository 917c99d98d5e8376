package dev.multiarch.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed, which is given per registry, and TLS with those who are. Nothing
 * of TLS is loaded before the first connection wants it: that costs a tenth of a second or two,
 * which a build need not pay that only speaks to a registry without.
 */
final class Trust {

  private static final int HTTPS_PORT = 443;

  private final RegistryOptions options;
  private final Map<String, SSLSocketFactory> factories = new HashMap<>();

  Trust(RegistryOptions options) {
    this.options = options;
  }

  /**
   * Speaks TLS over a connection.
   *
   * @param to the registry, which need not be whom the connection is to: a proxy may stand between
   * @throws SSLHandshakeException if the other side is not believed, or the CA bundle is none
   * @throws IOException if the handshake broke off
   */
  SSLSocket encrypt(Socket plain, Origin to) throws IOException {
    String registry = nameOf(to);
    SSLSocket socket =
        (SSLSocket) factory(registry).createSocket(plain, to.host(), to.port(), true);
    if (!options.isInsecure(registry)) {
      SSLParameters parameters = socket.getSSLParameters();
      // That the certificate is for this host (RFC 9110, section 4.3.4).
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  /** The name by which options speak of a registry: its port only if it is not the usual one. */
  private static String nameOf(Origin to) {
    return to.port() == HTTPS_PORT ? to.host() : to.host() + ":" + to.port();
  }

  private synchronized SSLSocketFactory factory(String registry) throws SSLHandshakeException {
    SSLSocketFactory known = factories.get(registry);
    if (known == null) {
      known = context(registry).getSocketFactory();
      factories.put(registry, known);
    }
    return known;
  }

  private SSLContext context(String registry) throws SSLHandshakeException {
    Optional<Path> bundle = options.caBundle(registry);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      if (options.isInsecure(registry)) {
        context.init(null, new TrustManager[] {new Anyone()}, null);
      } else if (bundle.isPresent()) {
        context.init(null, new TrustManager[] {new Bundled(manager(read(bundle.get())))}, null);
      } else {
        context.init(null, new TrustManager[] {manager(null)}, null);
      }
      return context;
    } catch (GeneralSecurityException e) {
      SSLHandshakeException failure = new SSLHandshakeException(e.getMessage());
      // Without the cause of its cause, which would be taken for the reason.
      failure.initCause(new CertificateException(e.getMessage()));
      throw failure;
    }
  }

  private static KeyStore read(Path pem) throws GeneralSecurityException {
    // At once: who reads certificates from a stream takes them byte by byte.
    try (InputStream in = new ByteArrayInputStream(Files.readAllBytes(pem))) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, ca);
      }
      if (n > 0) {
        return store;
      }
    } catch (IOException e) {
      throw new CertificateException("the CA bundle " + pem + " cannot be read", e);
    } catch (GeneralSecurityException e) {
      // As one without any certificate.
    }
    throw new CertificateException("the CA bundle " + pem + " is not a PEM file of certificates");
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** Believes everyone, as is asked for an insecure registry. */
  private static final class Anyone extends ServerTrust {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      // Nothing to refuse.
    }
  }

  /** Believes whom the bundle believes, and else whom the JVM does. */
  private static final class Bundled extends ServerTrust {

    private final X509ExtendedTrustManager bundle;

    Bundled(X509ExtendedTrustManager bundle) {
      this.bundle = bundle;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      try {
        bundle.checkServerTrusted(chain, authType, socket);
      } catch (CertificateException e) {
        // Signed by nobody in the bundle: then as for everyone, whose 140 certificates take 30 ms.
        jvm().checkServerTrusted(chain, authType, socket);
      }
    }
  }

  /** Whom the JVM believes. */
  private static X509ExtendedTrustManager jvm() throws CertificateException {
    try {
      return manager(null);
    } catch (GeneralSecurityException e) {
      throw new CertificateException("Java's own certificates cannot be read", e);
    }
  }

  /** Only servers are looked at, and only those that a socket leads to. */
  private abstract static class ServerTrust extends X509ExtendedTrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this client has sockets");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this client has sockets");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      // What a server sends to those of whom it wants a certificate.
      return new X509Certificate[0];
    }
  }
}
