package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are believed. A client has one TLS context, but trust is given per registry:
 * so the one trust manager looks at whom the connection is to.
 */
final class Trust extends X509ExtendedTrustManager {

  private static final int HTTPS_PORT = 443;

  private final Set<String> insecure;
  private final Map<String, Path> bundles;
  private final Map<String, X509ExtendedTrustManager> managers = new ConcurrentHashMap<>();

  private volatile @Nullable X509ExtendedTrustManager jvm;

  private Trust(RegistryOptions options) {
    this.insecure = options.insecure();
    this.bundles = options.caBundles();
  }

  static SSLContext context(RegistryOptions options) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trust(options)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String registry = registry(engine);
    if (insecure.contains(registry)) {
      return;
    }
    if (bundles.containsKey(registry)) {
      X509ExtendedTrustManager bundled = bundled(registry);
      try {
        bundled.checkServerTrusted(chain, authType, engine);
        return;
      } catch (CertificateException e) {
        // Signed by nobody in the bundle: then as for everyone.
      }
    }
    jvm().checkServerTrusted(chain, authType, engine);
  }

  /** The name by which options speak of a peer: its port only if it is not the usual one. */
  private static String registry(SSLEngine engine) {
    String host = engine.getPeerHost();
    String name = host != null && host.contains(":") ? "[" + host + "]" : host;
    return engine.getPeerPort() == HTTPS_PORT ? name : name + ":" + engine.getPeerPort();
  }

  private X509ExtendedTrustManager bundled(String registry) throws CertificateException {
    try {
      return managers.computeIfAbsent(registry, r -> read(bundles.get(r)));
    } catch (UncheckedIOException e) {
      // Without its cause, which would be taken for the reason.
      throw new CertificateException(e.getMessage());
    }
  }

  /** The JVM's own, read when a certificate is first looked at: that takes a while. */
  private X509ExtendedTrustManager jvm() throws CertificateException {
    X509ExtendedTrustManager known = jvm;
    if (known == null) {
      try {
        known = manager(null);
      } catch (GeneralSecurityException e) {
        throw new CertificateException("the JVM's trust store cannot be read", e);
      }
      jvm = known;
    }
    return known;
  }

  private static X509ExtendedTrustManager read(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int n = 0;
      for (Certificate ca : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + n++, ca);
      }
      if (n == 0) {
        throw new GeneralSecurityException("no certificate in it");
      }
      return manager(store);
    } catch (IOException e) {
      throw new UncheckedIOException("the CA bundle " + pem + " cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(
          "the CA bundle " + pem + " is not a PEM file of certificates", new IOException(e));
    }
  }

  private static X509ExtendedTrustManager manager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    jvm().checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    jvm().checkServerTrusted(chain, authType);
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
