package dev.multiarch.registry;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.oci.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens that one registry's token server gave us (distribution's token specification, and for
 * identity tokens its OAuth2 form). Each scope has one, fetched once however many ask at the same
 * time; a wider one serves a narrower scope.
 */
final class Tokens {

  /** What a token without a lifetime has (token specification: "expires_in"). */
  private static final Duration DEFAULT_LIFETIME = Duration.ofSeconds(60);

  /** No build takes longer. */
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(30);

  private static final int LONGEST_ANSWER = 1 << 20;

  private final String registry;
  private final Authentication.Hosts hosts;
  private final Time time;
  private final Map<Scope, Token> tokens = new ConcurrentHashMap<>();
  private final Map<Scope, String> asked = new ConcurrentHashMap<>();
  private final Map<Scope, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * @param registry for which the tokens are, for messages
   */
  Tokens(String registry, Authentication.Hosts hosts, Time time) {
    this.registry = registry;
    this.hosts = hosts;
    this.time = time;
  }

  /** A token that is good for the scope, from memory or from the token server. */
  Token get(Realm realm, Scope scope, Optional<Credential> credential) throws IOException {
    // An interrupt ends the wait in it, as it does not for a monitor.
    Lane one = lanes.computeIfAbsent(scope, s -> new Lane(1));
    one.enter();
    try {
      Instant now = time.now();
      Optional<Token> good = good(scope, now);
      if (good.isPresent()) {
        return good.get();
      }
      Token token = fetch(realm, scope, credential);
      tokens.put(scope, token);
      return token;
    } finally {
      one.leave();
    }
  }

  private Optional<Token> good(Scope scope, Instant now) {
    return tokens.entrySet().stream()
        .filter(entry -> entry.getKey().covers(scope) && entry.getValue().isGood(now))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * Forgets the token that a registry refused, unless somebody else has replaced it already.
   *
   * @param sent the header that was refused
   * @param wanted the scope that the registry names itself. A registry may know a repository by
   *     another name than we do, behind a proxy for one.
   */
  void refused(Scope scope, Optional<String> sent, Optional<String> wanted) {
    if (tokens.values().stream().anyMatch(t -> sent.equals(Optional.of("Bearer " + t.value())))) {
      // With it all that would serve in its place: a server that forgot one forgot them all.
      tokens.keySet().removeIf(other -> other.covers(scope));
    }
    wanted.ifPresent(text -> asked.put(scope, text));
  }

  private Token fetch(Realm realm, Scope scope, Optional<Credential> credential)
      throws IOException {
    Set<String> scopes = new LinkedHashSet<>(scope.texts());
    Optional.ofNullable(asked.get(scope))
        .filter(text -> !isCovered(text, scope))
        .ifPresent(scopes::add);
    Instant before = time.now();
    Call call =
        credential.isPresent() && credential.get().identityToken()
            ? exchange(realm, scopes, credential.get())
            : request(realm, scopes, credential);
    Host host = hosts.host(realm.host());
    return host.call(
        call,
        answer -> {
          if (!answer.isSuccess()) {
            throw host.refused(call, answer);
          }
          return read(answer, before, host, call);
        });
  }

  /** A scope text names what we ask for anyway, perhaps with its actions in another order. */
  private static boolean isCovered(String text, Scope scope) {
    return text.isEmpty()
        || scope.texts().contains(text)
        || (scope.push() && text.equals("repository:" + scope.repository() + ":push,pull"))
        || (scope.push() && text.equals("repository:" + scope.repository() + ":pull"));
  }

  private Call request(Realm realm, Set<String> scopes, Optional<Credential> credential) {
    StringBuilder query = new StringBuilder();
    realm.service().ifPresent(service -> add(query, "service", service));
    scopes.forEach(scope -> add(query, "scope", scope));
    String before = realm.address().toString();
    String joint = before.contains("?") ? "&" : "?";
    Call call = Call.anonymous(about(realm), "GET", URI.create(before + joint + query));
    return credential.isPresent()
        ? call.with("Authorization", Authentication.basic(credential.get()))
        : call;
  }

  private Call exchange(Realm realm, Set<String> scopes, Credential credential) {
    StringBuilder form = new StringBuilder();
    add(form, "grant_type", "refresh_token");
    realm.service().ifPresent(service -> add(form, "service", service));
    add(form, "client_id", "multiarch-maven-plugin");
    add(form, "scope", String.join(" ", scopes));
    add(form, "refresh_token", credential.secret());
    return Call.anonymous(about(realm), "POST", realm.address())
        .with("Content-Type", "application/x-www-form-urlencoded")
        .with(Payload.of(form.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private String about(Realm realm) {
    return "no token from " + realm.host() + " for " + registry;
  }

  private static void add(StringBuilder form, String name, String value) {
    if (form.length() > 0) {
      form.append('&');
    }
    form.append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
  }

  private static Token read(Answer answer, Instant before, Host host, Call call)
      throws IOException {
    try {
      JsonObject json = Json.parseObject(answer.read(LONGEST_ANSWER));
      String value =
          Json.text(json, "token")
              .filter(text -> !text.isEmpty())
              .or(() -> Json.text(json, "access_token"))
              .orElseThrow(() -> new IllegalArgumentException("no token in it"));
      return Token.of(value, before, lifetime(json));
    } catch (IllegalArgumentException e) {
      throw host.refusals()
          .broken(call, "gave an answer that is no token", "Check the address of the registry.");
    }
  }

  /** How long a token is good for. Some servers write the number as a text or with a fraction. */
  private static Duration lifetime(JsonObject json) {
    try {
      double seconds =
          json.get("expires_in") instanceof JsonPrimitive value
              ? Double.parseDouble(value.getAsString())
              : 0;
      return seconds >= 1
          ? Duration.ofSeconds((long) Math.min(seconds, LONGEST_LIFETIME.toSeconds()))
          : DEFAULT_LIFETIME;
    } catch (NumberFormatException e) {
      return DEFAULT_LIFETIME;
    }
  }
}
