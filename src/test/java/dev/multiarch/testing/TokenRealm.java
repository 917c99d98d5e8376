package dev.multiarch.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A token server on a port of its own: GET with Basic authorization or none, and the OAuth2 POST
 * with a password or an identity token.
 *
 * <p>It follows the token authentication of the distribution project: a token is granted for what
 * of the wanted scopes the caller may have, perhaps nothing, and says so only when it is used.
 */
public final class TokenRealm {
  static final String SERVICE = "fake-registry";

  private record Token(Map<String, Set<String>> grants, Instant expiry) {}

  private final Map<String, String> users = new HashMap<>();
  private final Map<String, String> identityTokens = new HashMap<>();
  private final Map<String, Set<String>> limits = new HashMap<>();
  private final Map<String, Token> tokens = new HashMap<>();
  private final Set<String> fields = new HashSet<>(Set.of("token", "access_token"));
  private Clock clock = Clock.systemUTC();
  private int expiresIn = 300;
  private boolean anonymousPull;
  private boolean oauth = true;
  private int issued;
  private String challengePrefix = "";

  TokenRealm() {}

  /** Adds a user, who may pull and push everywhere unless {@link #limit} says otherwise. */
  public synchronized TokenRealm user(String name, String password) {
    users.put(name, password);
    return this;
  }

  /** Adds an identity token (refresh token) that stands for a user. */
  public synchronized TokenRealm identityToken(String token, String user) {
    identityTokens.put(token, user);
    return this;
  }

  /** Lets those without credentials pull. */
  public synchronized TokenRealm anonymousPull(boolean on) {
    anonymousPull = on;
    return this;
  }

  /** Grants no more than these actions on a repository, to anybody. */
  public synchronized TokenRealm limit(String repository, String... actions) {
    limits.put(repository, Set.of(actions));
    return this;
  }

  /** Sets the announced and real lifetime; 0 announces none, which means 60 seconds. */
  public synchronized TokenRealm expiresIn(int seconds) {
    expiresIn = seconds;
    return this;
  }

  /** Sets the clock by which tokens expire. */
  public synchronized TokenRealm clock(Clock newClock) {
    clock = newClock;
    return this;
  }

  /** Switches the OAuth2 POST, which many realms answer with 404. */
  public synchronized TokenRealm oauth(boolean on) {
    oauth = on;
    return this;
  }

  /** Names the only field, {@code token} or {@code access_token}, that GET answers a token in. */
  public synchronized TokenRealm onlyField(String name) {
    fields.retainAll(Set.of(name));
    return this;
  }

  /** Puts other challenges before the Bearer one, such as {@code Basic realm="a, b", }. */
  public synchronized TokenRealm challengePrefix(String prefix) {
    challengePrefix = prefix;
    return this;
  }

  /** Makes every token that was given out worthless; false when there was none. */
  public synchronized boolean expireAllTokens() {
    boolean any = !tokens.isEmpty();
    tokens.clear();
    return any;
  }

  /** Returns how many tokens were given out. */
  public synchronized int issued() {
    return issued;
  }

  synchronized String challengePrefix() {
    return challengePrefix;
  }

  synchronized boolean isValid(String token) {
    return Optional.ofNullable(tokens.get(token))
        .filter(known -> clock.instant().isBefore(known.expiry))
        .isPresent();
  }

  synchronized boolean permits(String token, Scope scope) {
    return isValid(token)
        && tokens
            .get(token)
            .grants
            .getOrDefault(scope.repository(), Set.of())
            .containsAll(scope.actions());
  }

  HttpAnswer answer(HttpRequest request) throws IOException {
    if (!request.path().equals("/token")) {
      return HttpAnswer.error(404, "NOT_FOUND", "the realm is /token");
    }
    return switch (request.method()) {
      case "GET" -> get(request);
      case "POST" -> post(new String(request.body(), StandardCharsets.UTF_8));
      default -> HttpAnswer.error(405, "UNSUPPORTED", request.method() + " of a token");
    };
  }

  private synchronized HttpAnswer get(HttpRequest request) {
    Optional<String> authorization = request.header("Authorization");
    Optional<String> user = authorization.flatMap(this::authenticated);
    if (authorization.isPresent() && user.isEmpty()) {
      return HttpAnswer.error(401, "UNAUTHORIZED", "incorrect username or password");
    }
    Map<String, List<String>> query = HttpRequest.parameters(request.query());
    Map<String, Object> body = new LinkedHashMap<>();
    String token = issue(user, scopes(query));
    fields.forEach(field -> body.put(field, token));
    describeLifetime(body);
    if (user.isPresent() && query.getOrDefault("offline_token", List.of()).contains("true")) {
      body.put("refresh_token", newIdentityToken(user.get()));
    }
    return HttpAnswer.json(200, body);
  }

  private synchronized HttpAnswer post(String encoded) {
    if (!oauth) {
      return HttpAnswer.error(404, "NOT_FOUND", "no OAuth2 here");
    }
    Map<String, List<String>> form = HttpRequest.parameters(encoded);
    Optional<String> user =
        switch (first(form, "grant_type")) {
          case "refresh_token" ->
              Optional.ofNullable(identityTokens.get(first(form, "refresh_token")));
          case "password" ->
              Optional.of(first(form, "username"))
                  .filter(name -> first(form, "password").equals(users.get(name)));
          default -> Optional.empty();
        };
    if (user.isEmpty() || first(form, "client_id").isEmpty() || first(form, "service").isEmpty()) {
      return HttpAnswer.json(user.isEmpty() ? 401 : 400, Map.of("error", "invalid_grant"));
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("access_token", issue(user, scopes(form)));
    body.put("scope", first(form, "scope"));
    describeLifetime(body);
    if (first(form, "grant_type").equals("refresh_token")) {
      body.put("refresh_token", first(form, "refresh_token"));
    } else if (first(form, "access_type").equals("offline")) {
      body.put("refresh_token", newIdentityToken(user.get()));
    }
    return HttpAnswer.json(200, body);
  }

  private Optional<String> authenticated(String authorization) {
    return Basic.parse(authorization)
        .filter(basic -> basic.password().equals(users.get(basic.user())))
        .map(Basic::user);
  }

  private String issue(Optional<String> user, List<Scope> wanted) {
    Map<String, Set<String>> grants = new HashMap<>();
    for (Scope scope : wanted) {
      Set<String> actions = new HashSet<>(scope.actions());
      if (user.isEmpty()) {
        actions.retainAll(anonymousPull ? Set.of("pull") : Set.of());
      }
      actions.retainAll(limits.getOrDefault(scope.repository(), actions));
      grants.computeIfAbsent(scope.repository(), ignored -> new HashSet<>()).addAll(actions);
    }
    issued++;
    String token = "token-" + issued + "-" + UUID.randomUUID();
    int lifetime = expiresIn == 0 ? 60 : expiresIn;
    tokens.put(token, new Token(grants, clock.instant().plusSeconds(lifetime)));
    return token;
  }

  private void describeLifetime(Map<String, Object> body) {
    if (expiresIn > 0) {
      body.put("expires_in", expiresIn);
      body.put("issued_at", clock.instant().toString());
    }
  }

  private String newIdentityToken(String user) {
    String token = "identity-" + UUID.randomUUID();
    identityTokens.put(token, user);
    return token;
  }

  /** A scope parameter may repeat, and one may hold several scopes. */
  private static List<Scope> scopes(Map<String, List<String>> parameters) {
    List<Scope> scopes = new ArrayList<>();
    parameters.getOrDefault("scope", List.of()).stream()
        .flatMap(value -> Stream.of(value.split(" ")))
        .forEach(value -> Scope.parse(value).ifPresent(scopes::add));
    return scopes;
  }

  private static String first(Map<String, List<String>> form, String name) {
    return form.getOrDefault(name, List.of("")).get(0);
  }

  /** User and password of a Basic authorization. */
  record Basic(String user, String password) {

    static Optional<Basic> parse(String authorization) {
      if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
        return Optional.empty();
      }
      byte[] decoded;
      try {
        decoded = Base64.getDecoder().decode(authorization.substring(6).trim());
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
      String pair = new String(decoded, StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Basic(pair.substring(0, colon), pair.substring(colon + 1)));
    }
  }
}
