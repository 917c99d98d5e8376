package dev.multiarch.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.multiarch.oci.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves to one registry who is asking. It learns from the first challenge what the registry wants,
 * and from then on sends it along; tokens are asked for once a scope and renewed before they
 * expire.
 */
final class Authorizer {

  /** A token server that says nothing means a minute (distribution, "Token Authentication"). */
  private static final int DEFAULT_LIFETIME_SECONDS = 60;

  /** Tokens are renewed this long before they expire, so that none expires under way. */
  private static final int MARGIN_SECONDS = 10;

  private static final int MAX_TOKEN_SIZE = 1024 * 1024;
  private static final String CLIENT = "multiarch-maven-plugin";

  private final String registry;
  private final CredentialSource credentials;
  private final TokenServer server;
  private final Clock clock;
  private final Map<Scope, Token> tokens = new HashMap<>();
  private @Nullable Challenge challenge;
  private @Nullable Optional<CredentialSource.Found> found;

  /** Asks a token server; it follows no redirect and answers no challenge. */
  interface TokenServer {
    Answer ask(Call call) throws IOException;
  }

  private record Token(String text, Instant renew) {}

  Authorizer(String registry, CredentialSource credentials, TokenServer server, Clock clock) {
    this.registry = registry;
    this.credentials = credentials;
    this.server = server;
    this.clock = clock;
  }

  /**
   * The {@code Authorization} header for a request, as far as it is known that one is wanted. Many
   * may ask at the same time; the first fetches the token, and the others wait for it.
   */
  synchronized Optional<String> header(Scope scope) throws IOException {
    if (challenge == null) {
      return Optional.empty();
    }
    if (challenge.scheme().equals(Challenge.BASIC)) {
      return credential(scope)
          .filter(found -> !found.credential().identityToken())
          .map(found -> basic(found.credential()));
    }
    Token token = tokens.get(scope);
    if (token == null || clock.instant().isAfter(token.renew())) {
      token = fetch(challenge, scope);
      tokens.put(scope, token);
    }
    return Optional.of("Bearer " + token.text());
  }

  /**
   * Takes the challenge of an answer 401.
   *
   * @param sent the header that was refused; what it held is not used again
   * @return whether it is worth to ask again
   */
  synchronized boolean challenged(Answer answer, Scope scope, Optional<String> sent) {
    List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
    Optional<Challenge> usable =
        challenges.stream()
            .filter(c -> c.scheme().equals(Challenge.BEARER) && c.parameter("realm").isPresent())
            .findFirst()
            .or(
                () ->
                    challenges.stream()
                        .filter(c -> c.scheme().equals(Challenge.BASIC))
                        .findFirst());
    if (usable.isEmpty()) {
      return false;
    }
    Token token = tokens.get(scope);
    if (token != null && sent.equals(Optional.of("Bearer " + token.text()))) {
      tokens.remove(scope);
    }
    challenge = usable.get();
    if (challenge.scheme().equals(Challenge.BEARER)) {
      return true;
    }
    return sent.isEmpty() && credential(scope).isPresent();
  }

  private Optional<CredentialSource.Found> credential(Scope scope) {
    if (found == null) {
      String name = scope.names().isEmpty() ? "" : scope.names().get(0).split(":")[1];
      found = credentials.find(registry, name);
    }
    return found;
  }

  private static String basic(Credential credential) {
    String pair = credential.user() + ":" + credential.secret();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private Token fetch(Challenge wanted, Scope scope) throws IOException {
    String realm = wanted.parameter("realm").orElseThrow();
    Optional<Credential> credential = credential(scope).map(CredentialSource.Found::credential);
    Call call =
        credential.filter(Credential::identityToken).isPresent()
            ? exchange(realm, wanted, scope, credential.get())
            : request(realm, wanted, scope, credential);
    try (Answer answer = server.ask(call)) {
      if (!answer.isSuccess()) {
        throw Refusals.of(
            "%s: no token from %s".formatted(registry, URI.create(realm).getHost()), answer, this);
      }
      return parse(answer.body().readNBytes(MAX_TOKEN_SIZE));
    }
  }

  /** The token protocol's GET, with the credential in the header. */
  private static Call request(
      String realm, Challenge wanted, Scope scope, Optional<Credential> credential) {
    List<String> query = new ArrayList<>();
    wanted.parameter("service").ifPresent(service -> query.add("service=" + encode(service)));
    scope.names().forEach(name -> query.add("scope=" + encode(name)));
    String separator = realm.contains("?") ? "&" : "?";
    Call call = Call.of("GET", realm + separator + String.join("&", query), scope);
    return credential.map(c -> call.with("Authorization", basic(c))).orElse(call);
  }

  /** OAuth2's POST, which takes an identity token (RFC 6749, 6). */
  private static Call exchange(String realm, Challenge wanted, Scope scope, Credential credential) {
    List<String> form = new ArrayList<>();
    form.add("grant_type=refresh_token");
    form.add("client_id=" + CLIENT);
    wanted.parameter("service").ifPresent(service -> form.add("service=" + encode(service)));
    form.add("scope=" + encode(String.join(" ", scope.names())));
    form.add("refresh_token=" + encode(credential.secret()));
    byte[] body = String.join("&", form).getBytes(StandardCharsets.US_ASCII);
    return Call.of("POST", realm, scope)
        .with("Content-Type", "application/x-www-form-urlencoded")
        .withBody(() -> BodyPublishers.ofByteArray(body), body.length);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Token parse(byte[] body) throws IOException {
    try {
      ObjectNode json = Json.parseObject(body);
      String text =
          Json.text(json, "token")
              .or(() -> Json.text(json, "access_token"))
              .orElseThrow(() -> new IllegalArgumentException("it holds no token"));
      int lifetime = json.path("expires_in").asInt(DEFAULT_LIFETIME_SECONDS);
      return new Token(text, clock.instant().plusSeconds(Math.max(1, lifetime - MARGIN_SECONDS)));
    } catch (IllegalArgumentException e) {
      // The cause is left out: a parser's message may show a piece of what it read.
      throw new RegistryException(
          registry + ": the answer of its token server cannot be read",
          "See the registry's own log.",
          RegistryException.NO_ANSWER,
          null);
    }
  }

  /** Which credentials were used, or where they were looked for. */
  synchronized String describe() {
    if (found != null && found.isPresent()) {
      return "The credentials of %s from %s were not accepted by %s."
          .formatted(found.get().credential(), found.get().source(), registry);
    }
    return "There are no credentials for %s; looked for in: %s."
        .formatted(registry, String.join(", ", credentials.places(registry)));
  }
}
