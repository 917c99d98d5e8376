package dev.multiarch.registry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * In whose name requests go to one registry. Nothing is said until the registry asks; what it asked
 * for is remembered, so that only the first request is refused.
 */
final class Authentication {

  private final String registry;
  private final CredentialSource source;
  private final boolean mayBePlain;
  private final Problems problems;
  private final Tokens tokens;
  private final Map<String, Optional<Credential>> found = new ConcurrentHashMap<>();
  private volatile @Nullable Challenge learnt;

  /** Finds the host of a token server. */
  @FunctionalInterface
  interface Hosts {
    Host host(String name);
  }

  /**
   * @param mayBePlain whether secrets may go to this registry, and to the token server that it
   *     names, without TLS
   */
  Authentication(
      String registry,
      RegistryOptions options,
      boolean mayBePlain,
      Problems problems,
      Hosts hosts,
      Time time) {
    this.registry = registry;
    this.source = options.credentials();
    this.mayBePlain = mayBePlain;
    this.problems = problems;
    this.tokens = new Tokens(hosts, time);
  }

  /** What to send along with a call; nothing where the registry has not asked for anything. */
  Optional<String> header(Call call) throws IOException {
    Challenge challenge = learnt;
    if (challenge == null || call.scope().isEmpty()) {
      return Optional.empty();
    }
    Scope scope = call.scope().get();
    Optional<Credential> credential = credential(scope);
    if (challenge.scheme().equals(Challenge.BASIC)) {
      return credential.filter(c -> !c.isIdentityToken()).map(Credential::basicHeader);
    }
    return Optional.of("Bearer " + tokens.get(realm(call, challenge), scope, credential).value());
  }

  /**
   * Learns from a refusal.
   *
   * @param sent what had been sent
   * @return whether it is worth asking again, with a new {@link #header}
   */
  boolean answer(Call call, Answer refusal, Optional<String> sent) {
    List<Challenge> challenges = Challenge.parse(refusal.headers("WWW-Authenticate"));
    Optional<Challenge> bearer = withScheme(challenges, Challenge.BEARER);
    Optional<Challenge> basic = withScheme(challenges, Challenge.BASIC);
    Scope scope = call.scope().orElseThrow();
    if (bearer.isPresent() && bearer.get().parameter("realm").isPresent()) {
      learnt = bearer.get();
      tokens.refused(scope, sent, bearer.get().parameter("scope"));
      return true;
    }
    if (basic.isPresent()) {
      learnt = basic.get();
      Optional<String> now =
          credential(scope).filter(c -> !c.isIdentityToken()).map(Credential::basicHeader);
      return now.isPresent() && !now.equals(sent);
    }
    return false;
  }

  private static Optional<Challenge> withScheme(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
  }

  /** What to tell when a refusal is the last word. */
  IOException refusal(Call call, Answer answer) {
    return problems.unauthorised(
        call, answer, credential(call.scope().orElseThrow()), source.describe(registry));
  }

  private Optional<Credential> credential(Scope scope) {
    return found.computeIfAbsent(
        scope.repository(),
        repository ->
            source
                .find(registry, repository)
                .map(c -> c.source().isEmpty() ? c.from(source.describe(registry)) : c));
  }

  private Realm realm(Call call, Challenge challenge) throws IOException {
    Realm realm = Realm.of(challenge);
    boolean trusted =
        Origin.of(realm.address()).isEncrypted()
            || (mayBePlain
                && (!Origin.isLoopback(Origin.hostOf(registry))
                    || Origin.isLoopback(realm.address().getHost())));
    if (!trusted) {
      throw problems.broken(
          call,
          "its token server %s has no TLS".formatted(Origin.shown(realm.address())),
          "Credentials are not sent without TLS; if this is meant to be, declare the registry as"
              + " insecure.");
    }
    return realm;
  }
}
