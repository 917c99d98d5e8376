package dev.multiarch.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides who may do what, and words the 401 of those who may not; RFC 9110 section 11. */
final class AccessControl {
  private final RegistryOptions options;
  private final Supplier<String> realmUrl;
  private volatile TokenRealm.@Nullable Basic basic;
  private volatile @Nullable TokenRealm realm;

  AccessControl(RegistryOptions options, Supplier<String> realmUrl) {
    this.options = options;
    this.realmUrl = realmUrl;
  }

  void requireBasic(String user, String password) {
    basic = new TokenRealm.Basic(user, password);
    realm = null;
  }

  void requireTokens(TokenRealm tokens) {
    realm = tokens;
    basic = null;
  }

  /** Makes all tokens worthless; false when there are none. */
  boolean expireAllTokens() {
    TokenRealm tokens = realm;
    return tokens != null && tokens.expireAllTokens();
  }

  /** Returns the 401, unless the request may go on. */
  Optional<HttpAnswer> refusal(HttpRequest request, Route route) {
    TokenRealm.Basic wanted = basic;
    TokenRealm tokens = realm;
    if (wanted != null) {
      boolean known =
          request
              .header("Authorization")
              .flatMap(TokenRealm.Basic::parse)
              .filter(wanted::equals)
              .isPresent();
      return known ? Optional.empty() : Optional.of(challenge("Basic realm=\"fake registry\""));
    }
    return tokens == null ? Optional.empty() : refusal(request, needed(request, route), tokens);
  }

  /** Tells whether the request's token permits to read a repository. */
  boolean mayRead(HttpRequest request, String repository) {
    TokenRealm tokens = realm;
    return tokens == null || tokens.permits(token(request), Scope.of(repository, "pull"));
  }

  private Optional<HttpAnswer> refusal(HttpRequest request, List<Scope> needed, TokenRealm tokens) {
    String token = token(request);
    boolean valid = tokens.isValid(token);
    if (valid && needed.stream().allMatch(scope -> tokens.permits(token, scope))) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(tokens.challengePrefix());
    text.append("Bearer realm=\"" + realmUrl.get() + "/token\"");
    text.append(",service=\"" + TokenRealm.SERVICE + "\"");
    if (!needed.isEmpty()) {
      String scopes = needed.stream().map(Scope::toString).collect(Collectors.joining(" "));
      text.append(",scope=\"" + scopes + "\"");
    }
    if (!token.isEmpty()) {
      text.append(",error=\"" + (valid ? "insufficient_scope" : "invalid_token") + "\"");
    }
    return Optional.of(challenge(text.toString()));
  }

  private List<Scope> needed(HttpRequest request, Route route) {
    List<Scope> scopes = new ArrayList<>();
    if (route.repository().isEmpty()) {
      return scopes;
    }
    boolean deletes = request.method().equals("DELETE") && route.kind() != Kind.UPLOAD_DELETE;
    boolean reads =
        route.kind() != Kind.UPLOAD_GET
            && (request.method().equals("GET") || request.method().equals("HEAD"));
    if (deletes) {
      scopes.add(Scope.of(route.repository(), "delete"));
    } else if (reads) {
      scopes.add(Scope.of(route.repository(), "pull"));
    } else {
      scopes.add(Scope.of(route.repository(), "pull", "push"));
    }
    if (route.kind() == Kind.UPLOAD_POST && options.mountSourceChallenged) {
      request
          .parameter("from")
          .filter(from -> !from.equals(route.repository()))
          .ifPresent(from -> scopes.add(Scope.of(from, "pull")));
    }
    return scopes;
  }

  private static String token(HttpRequest request) {
    return request
        .header("Authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).trim())
        .orElse("");
  }

  private static HttpAnswer challenge(String text) {
    return HttpAnswer.error(401, "UNAUTHORIZED", "authentication required")
        .withHeader("WWW-Authenticate", text);
  }
}
