package dev.multiarch.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.oci.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns answers that are not what was hoped for into words and remedies. Nothing secret gets into a
 * message: addresses lose their queries, and headers are never shown.
 */
final class Refusals {

  private static final int LONGEST_BODY = 64 * 1024;
  private static final int LONGEST_TEXT = 300;

  private final String host;

  /**
   * @param host as the user knows it
   */
  Refusals(String host) {
    this.host = host;
  }

  /** What an error answer says of itself (distribution spec, "Error Codes"). */
  private record Said(List<String> codes, String text) {

    boolean isAboutImmutability() {
      return text.toLowerCase(Locale.ROOT).matches(".*(immutable|overwrit|already exists).*");
    }
  }

  /** An answer that cannot be used. Reads its body. */
  RegistryException of(Call call, Answer answer) {
    return of(call, answer, "");
  }

  /**
   * An answer that cannot be used.
   *
   * @param credentials what was tried to be let in, as a sentence; empty if that is of no interest
   */
  RegistryException of(Call call, Answer answer, String credentials) {
    Said said = said(answer);
    int status = answer.status();
    String message =
        "%s: %s answered %d%s"
            .formatted(call.about(), host, status, said.text.isEmpty() ? "" : ": " + said.text);
    return new RegistryException(
        call.about(), status, said.codes, message, remedy(call, status, said, credentials), null);
  }

  private static String remedy(Call call, int status, Said said, String credentials) {
    if (said.isAboutImmutability() && status < 500) {
      return "The tag cannot be changed there; choose another version or tag.";
    }
    return switch (status) {
      case 400, 412 -> "The registry refused the content; see its own log.";
      case 401 -> credentials.isEmpty() ? "Check the credentials." : credentials;
      case 403 ->
          (credentials + " They may lack the right to %s this repository.".formatted(right(call)))
              .strip();
      case 404 ->
          said.codes.contains("NAME_UNKNOWN")
              ? "Check the name of the repository; some registries want it to be created first."
              : "Check the name of the repository, the tag and the digest.";
      case 405 -> "The registry does not support this operation, or is there to be read only.";
      case 407 -> "Give the proxy's credentials in settings.xml.";
      case 413 -> "Raise the size limit of the registry, or of the proxy before it.";
      case 429 ->
          "The registry asks for fewer requests; wait, or use an account with a higher limit.";
      default ->
          status >= 500
              ? "The registry failed and did not recover; nothing half-done is left, run it again."
              : "See the registry's own log.";
    };
  }

  private static String right(Call call) {
    return call.scope().map(Scope::push).orElse(false) ? "push to" : "pull from";
  }

  /** An answer that says that the request may succeed later. Reads its body. */
  RegistryException notNow(Call call, Answer answer, Instant now) {
    // No time, or one that has passed on our clock, says nothing of when to come again.
    return of(call, answer).passing(RetryAfter.of(answer, now).filter(time -> !time.isZero()));
  }

  /** Whether an answer is of the kind that {@link #notNow} is about (RFC 9110, section 15). */
  static boolean isNotNow(int status) {
    return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
  }

  /** A token that ran out while a body was being sent; the next attempt has another one. */
  RegistryException expired(Call call) {
    return new RegistryException(
            call.about(),
            401,
            List.of(),
            "%s: %s refused a token that it took before".formatted(call.about(), host),
            "Run it again: what has arrived is not sent again.",
            null)
        .passing(Optional.of(Duration.ZERO));
  }

  /** A host that broke the rules, or whose answer breaks ours. */
  RegistryException broken(Call call, String why, String remedy) {
    return new RegistryException(
        call.about(),
        RegistryException.NO_ANSWER,
        List.of(),
        "%s: %s %s".formatted(call.about(), host, why),
        remedy,
        null);
  }

  private static Said said(Answer answer) {
    try {
      var errors = Json.objects(Json.parseObject(answer.read(LONGEST_BODY)), "errors");
      List<String> texts =
          errors.stream()
              .map(error -> (part(error, "code") + " " + part(error, "message")).strip())
              .distinct()
              .toList();
      List<String> codes = errors.stream().map(error -> clean(part(error, "code"))).toList();
      return new Said(codes, clean(texts.stream().collect(Collectors.joining("; "))));
    } catch (IOException | IllegalArgumentException e) {
      // A proxy's page, or nothing: the status says enough.
      return new Said(List.of(), "");
    }
  }

  private static String part(JsonObject error, String field) {
    return error.get(field) instanceof JsonPrimitive text ? text.getAsString() : "";
  }

  /** One line of bounded length: what comes from outside must not forge a log. */
  static String clean(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line;
  }
}
