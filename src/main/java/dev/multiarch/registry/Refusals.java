package dev.multiarch.registry;

import dev.multiarch.oci.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Turns what a registry answered, or how it failed to, into words and a remedy. */
final class Refusals {

  private Refusals() {}

  /**
   * An answer that is not what was hoped for.
   *
   * @param what what was being done
   */
  static RegistryException of(String what, Answer answer, Authorizer authorizer) {
    String said = errors(answer.errorBody());
    int status = answer.status();
    String message =
        "%s: the registry answered %d%s".formatted(what, status, said.isEmpty() ? "" : ": " + said);
    return new RegistryException(message, remedy(status, said, authorizer), status, null);
  }

  private static String remedy(int status, String said, Authorizer authorizer) {
    return switch (status) {
      case 401 -> authorizer.describe();
      case 403 -> authorizer.describe() + " They may lack the right to do this.";
      case 404 -> "Check the name of the repository; some registries want it to be created first.";
      case 405 -> "The registry does not support this operation.";
      case 413 -> "The registry, or a proxy before it, does not take uploads of this size.";
      case 429 -> "The registry asks for fewer requests; wait, or log in for a higher limit.";
      case 400, 409, 412 ->
          said.toLowerCase(java.util.Locale.ROOT).matches(".*(immutable|overwrit|already exists).*")
              ? "The tag cannot be changed there; choose another version or tag."
              : "The registry refused the content; see its own log.";
      default ->
          status >= 500
              ? "The registry failed and did not recover; nothing half-done is left, deploy again."
              : "See the registry's own log.";
    };
  }

  /** The codes and messages of an error body (distribution spec, "Error Codes"). */
  private static String errors(byte[] body) {
    try {
      return Json.array(Json.parseObject(body), "errors").stream()
          .map(e -> (e.path("code").asText() + " " + e.path("message").asText()).strip())
          .distinct()
          .collect(Collectors.joining("; "));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /** A request that got no answer. */
  static IOException unanswered(String what, String host, IOException e) {
    if (e instanceof dev.multiarch.store.StoreException) {
      return e;
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof dev.multiarch.store.StoreException store) {
        return store;
      }
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return failed(
            what, "the host " + host + " is not known", "Check its name, DNS and proxies.", e);
      }
      if (cause instanceof SSLException) {
        return failed(
            what,
            "no trusted connection to " + host + ": " + cause.getMessage(),
            "If its certificate is your own, give Java its authority (javax.net.ssl.trustStore); if"
                + " the registry speaks plain HTTP, name it in registries.insecure.",
            e);
      }
    }
    if (e instanceof HttpTimeoutException) {
      return failed(what, host + " did not answer in time", "Try again; look at the network.", e);
    }
    if (e instanceof ConnectException) {
      return failed(
          what, host + " refused the connection", "Check host and port, and that it runs.", e);
    }
    return failed(what, "the connection to " + host + " broke: " + reason(e), "Try again.", e);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static RegistryException failed(
      String what, String why, String remedy, IOException cause) {
    return new RegistryException(what + ": " + why, remedy, RegistryException.NO_ANSWER, cause);
  }

  /**
   * The texts that mean "a server that wants TLS got plain HTTP", as Go's and nginx's servers say
   * it.
   */
  static boolean wantsTls(Answer answer) {
    if (answer.status() != 400) {
      return false;
    }
    String body = new String(answer.errorBody(), java.nio.charset.StandardCharsets.ISO_8859_1);
    return List.of("HTTP request to an HTTPS server", "plain HTTP request was sent to HTTPS port")
        .stream()
        .anyMatch(body::contains);
  }
}
