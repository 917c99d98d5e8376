package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Tells apart the ways in which a request gets no answer, and puts them into words. */
final class Failures {

  private Failures() {}

  /**
   * What to tell when no attempt was answered.
   *
   * @return the failure itself, if it can speak for itself
   */
  static IOException inWords(Call call, String host, IOException failure) {
    if (failure instanceof StoreException || failure instanceof InterruptedIOException) {
      return failure;
    }
    if (isUnknownHost(failure)) {
      return told(
          call,
          "the host " + host + " is not known",
          "Check its name, the network and the proxy settings.",
          failure);
    }
    if (isNotTls(failure)) {
      return told(
          call,
          host + " speaks plain HTTP, which is allowed for loopback and insecure registries only",
          "Use https, or name the registry in insecure.",
          failure);
    }
    if (failure instanceof SSLException) {
      return told(
          call,
          "no trusted connection to " + host + ": " + reason(failure),
          "If its certificate is your own, give its authority as a CA bundle (caBundles) or to the JVM's trust"
              + " store, or name the registry in insecure.",
          failure);
    }
    if (failure instanceof ConnectException) {
      return told(
          call,
          host + " refused the connection",
          "Check host and port, and that the registry runs.",
          failure);
    }
    if (failure instanceof TimedOut) {
      return told(
          call,
          host + " did not answer in time: " + reason(failure),
          "Check the network and the proxy settings, or raise the timeouts.",
          failure);
    }
    return told(
        call,
        "the connection to " + host + " broke: " + reason(failure),
        "Run it again: what has arrived is not sent again.",
        failure);
  }

  private static RegistryException told(
      Call call, String what, String remedy, IOException failure) {
    return new RegistryException(
        call.about(),
        RegistryException.NO_ANSWER,
        List.of(),
        call.about() + ": " + what,
        remedy,
        failure);
  }

  /** Whether the next attempt would fail in the same way. */
  static boolean isLasting(Throwable failure) {
    return failure instanceof SSLHandshakeException && isCertificate(failure) || isNotTls(failure);
  }

  /** Whether the other side does not speak TLS at all. */
  static boolean isNotTls(Throwable failure) {
    // The JDK has no type for it.
    return failure instanceof SSLException
        && String.valueOf(failure.getMessage()).contains("Unsupported or unrecognized SSL message");
  }

  /** Whether the other side speaks TLS, but is not believed to be who it should be. */
  static boolean isCertificate(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertificateException || t instanceof CertPathBuilderException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnknownHost(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable failure) {
    Throwable t = failure;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return Refusals.clean(t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage());
  }
}
