package dev.multiarch.registry;

import dev.multiarch.oci.Json;
import dev.multiarch.registry.RegistryException.Report;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Says what went wrong with a host, and what to do about it. Nothing secret gets into a message:
 * addresses lose their queries, and headers are never shown.
 */
final class Problems {

  private static final int LONGEST_BODY = 64 * 1024;
  private static final int LONGEST_TEXT = 300;

  private final String host;

  /**
   * @param host as the user knows it
   */
  Problems(String host) {
    this.host = host;
  }

  /** What an error answer says of itself (distribution spec, "Error Codes"). */
  private record Said(String code, String message) {

    String inWords() {
      if (code.isEmpty() && message.isEmpty()) {
        return "";
      }
      return message.isEmpty()
          ? ": " + code
          : ": " + message + (code.isEmpty() ? "" : " [" + code + "]");
    }
  }

  /** An answer that is none of those the caller can use. Reads the body. */
  RegistryException refused(Call call, Answer answer) {
    Said said = said(answer);
    int status = answer.status();
    String what = what(call);
    return switch (status) {
      case 400 ->
          report(
                  call,
                  status,
                  said,
                  "rejected %s as malformed",
                  "The registry may not support this kind of image; see its own message.")
              .lasting();
      case 401 ->
          report(call, status, said, "refused %s", "Check the credentials and their rights.")
              .lasting();
      case 403 ->
          report(
                  call,
                  status,
                  said,
                  "forbids %s",
                  "Give the account the right to "
                      + right(call)
                      + " this repository, or use another account.")
              .lasting();
      case 404 -> missing(call, status, said);
      case 405 ->
          report(
                  call,
                  status,
                  said,
                  "does not allow %s",
                  "The registry, or a proxy before it, does not take writes here; check the address.")
              .lasting();
      case 409 -> immutable(call, status, said);
      case 413 ->
          report(
                  call,
                  status,
                  said,
                  "finds the body of %s too large",
                  "Raise the size limit of the registry or of the proxy before it.")
              .lasting();
      default ->
          isImmutable(said) ? immutable(call, status, said) : other(call, status, said, what);
    };
  }

  private RegistryException missing(Call call, int status, Said said) {
    return switch (said.code) {
      case "NAME_UNKNOWN" ->
          report(
                  call,
                  status,
                  said,
                  "has no such repository (%s)",
                  "Check the name; some registries want a repository to be created first.")
              .lasting();
      default ->
          report(
                  call,
                  status,
                  said,
                  "has nothing there (%s)",
                  "Check the name of the repository and of the tag.")
              .lasting();
    };
  }

  private static boolean isImmutable(Said said) {
    String message = said.message.toLowerCase(java.util.Locale.ROOT);
    return said.code.equals("TAG_INVALID") && message.contains("immutable")
        || message.contains("immutable");
  }

  private RegistryException immutable(Call call, int status, Said said) {
    return report(
            call,
            status,
            said,
            "does not let the tag move (%s)",
            "Tags of this repository are immutable: publish under a new version, or delete the tag first.")
        .lasting();
  }

  private RegistryException other(Call call, int status, Said said, String what) {
    return report(
            call,
            status,
            said,
            "answered %s with status " + status,
            "See the registry's own message and log.")
        .lasting();
  }

  private static String right(Call call) {
    return call.scope().map(Scope::push).orElse(false) ? "push to" : "pull from";
  }

  private Report report(Call call, int status, Said said, String verb, String remedy) {
    return new Report(
        target(call),
        status,
        said.code,
        host + " " + verb.formatted(what(call)) + said.inWords(),
        remedy);
  }

  /** The request in words: method and path. */
  static String what(Call call) {
    return call.method() + " " + call.target().getRawPath();
  }

  private String target(Call call) {
    return host + call.scope().map(scope -> "/" + scope.repository()).orElse("");
  }

  /** An answer that says that the request may succeed later (408, 429, 5xx). Reads the body. */
  RegistryException notNow(Call call, Answer answer, Instant now) {
    Said said = said(answer);
    boolean limited = answer.status() == 429;
    return report(
            call,
            answer.status(),
            said,
            limited
                ? "limits the rate of requests (%s)"
                : "failed at %s with status " + answer.status(),
            limited
                ? "Wait, or use an account with a higher limit or a mirror."
                : "Try again later; if it stays, see the registry's log.")
        .passing(RetryAfter.of(answer, now));
  }

  /** Whether an answer is of the kind that {@link #notNow} is about. */
  static boolean isNotNow(int status) {
    return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
  }

  private static Said said(Answer answer) {
    try {
      var errors = Json.array(Json.parseObject(answer.read(LONGEST_BODY)), "errors");
      if (!errors.isEmpty()) {
        var first = errors.get(0);
        return new Said(
            clean(first.path("code").asText("")), clean(first.path("message").asText("")));
      }
    } catch (IOException | IllegalArgumentException e) {
      // A proxy's page, or nothing: the status says enough.
    }
    return new Said("", "");
  }

  /** One line of bounded length: what comes from outside must not forge a log. */
  private static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
  }

  /** A request to which a credential was missing, or which it did not open. */
  RegistryException unauthorised(
      Call call, Answer answer, Optional<Credential> used, String tried) {
    Said said = said(answer);
    if (used.isPresent()) {
      return report(
              call,
              answer.status(),
              said,
              "refused " + used.get() + " (%s)",
              "Check that they are valid and allowed to " + right(call) + " this repository.")
          .lasting();
    }
    String places = tried.isEmpty() ? "nothing is configured" : "tried: " + tried;
    return new Report(
            target(call),
            answer.status(),
            said.code,
            "no credentials for %s, which wants some; %s (%s)".formatted(host, places, what(call))
                + said.inWords(),
            "Add a server '%s' to settings.xml, or log in with docker or podman.".formatted(host))
        .lasting();
  }

  /** A credential that ran out while a body was being sent. */
  RegistryException expired(Call call) {
    return new Report(
            target(call),
            401,
            "",
            "%s refused a token that it took before (%s)".formatted(host, what(call)),
            "Run it again: what has arrived is not sent again.")
        .passing(Optional.of(Duration.ZERO));
  }

  /** A host that broke the rules, or whose answer breaks ours. */
  RegistryException broken(Call call, String why, String remedy) {
    return new Report(
            target(call),
            RegistryException.NO_STATUS,
            "",
            "%s: %s (%s)".formatted(host, why, what(call)),
            remedy)
        .lasting();
  }

  /** A failure without an answer, after the last attempt. */
  IOException unreachable(Call call, IOException failure) {
    if (failure instanceof dev.multiarch.store.StoreException
        || failure instanceof java.io.InterruptedIOException) {
      return failure;
    }
    String message;
    String remedy;
    if (isUnknownHost(failure)) {
      message = "the name cannot be resolved";
      remedy = "Check the registry's name, the network and the proxy settings.";
    } else if (isNotTls(failure)) {
      message = "it speaks plain HTTP, which is not allowed for this registry";
      remedy = "Use https, or declare the registry as insecure.";
    } else if (failure instanceof SSLException) {
      message = "its TLS certificate is not trusted, or TLS failed: " + root(failure);
      remedy =
          "Give a CA bundle for this registry, import its CA into the JVM's trust store, or declare it as insecure.";
    } else if (failure instanceof ConnectException) {
      message = "the connection was refused";
      remedy = "Check that the registry runs at this address and port.";
    } else if (failure instanceof HttpTimeoutException) {
      message = "it did not answer in time: " + failure.getMessage();
      remedy = "Check the network and the proxy settings, or raise the timeouts.";
    } else {
      message = "the connection broke: " + root(failure);
      remedy = "Run it again: what has arrived is not sent again.";
    }
    return new Report(
            target(call),
            RegistryException.NO_STATUS,
            "",
            "cannot reach %s: %s (%s)".formatted(host, message, what(call)),
            remedy)
        .lasting(failure);
  }

  /** Whether a failure without an answer would be the same at the next attempt. */
  static boolean isLasting(Throwable failure) {
    return failure instanceof SSLHandshakeException || isNotTls(failure);
  }

  /** Whether the other side does not speak TLS at all. */
  static boolean isNotTls(Throwable failure) {
    return failure instanceof SSLException
        && String.valueOf(failure.getMessage()).contains("Unsupported or unrecognized SSL message");
  }

  /** Whether the other side speaks TLS, but cannot be believed to be who it should be. */
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
      if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private static String root(Throwable failure) {
    Throwable t = failure;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return clean(t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage());
  }
}
