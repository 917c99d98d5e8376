package dev.multiarch.registry;

import dev.multiarch.registry.CredentialSource.Found;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
  private final Refusals refusals;
  private final Tokens tokens;
  private final Map<String, Optional<Found>> found = new ConcurrentHashMap<>();
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
      Refusals refusals,
      Hosts hosts,
      Time time) {
    this.registry = registry;
    this.source = options.credentials();
    this.mayBePlain = mayBePlain;
    this.refusals = refusals;
    this.tokens = new Tokens(registry, hosts, time);
  }

  /** What to send along with a call; nothing where the registry has not asked for anything. */
  Optional<String> header(Call call) throws IOException {
    Challenge challenge = learnt;
    if (challenge == null || call.scope().isEmpty()) {
      return Optional.empty();
    }
    Scope scope = call.scope().get();
    Optional<Credential> credential = find(scope).map(Found::credential);
    if (challenge.scheme().equals(Challenge.BASIC)) {
      return credential.filter(c -> !c.identityToken()).map(Authentication::basic);
    }
    return Optional.of("Bearer " + tokens.get(realm(call, challenge), scope, credential).value());
  }

  /** RFC 7617. */
  static String basic(Credential credential) {
    byte[] pair = (credential.user() + ":" + credential.secret()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /**
   * Learns from a refusal.
   *
   * @param sent what had been sent
   * @return whether it is worth asking again, with a new {@link #header}
   */
  boolean answer(Call call, Answer refusal, Optional<String> sent) {
    List<Challenge> challenges = Challenge.parse(refusal.headers("WWW-Authenticate"));
    Challenge before = learnt;
    if (challenges.isEmpty() && before != null && sent.isPresent()) {
      // A refusal without a word is taken for that of an old token.
      challenges = List.of(before);
    }
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
          find(scope)
              .map(Found::credential)
              .filter(c -> !c.identityToken())
              .map(Authentication::basic);
      return now.isPresent() && !now.equals(sent);
    }
    return false;
  }

  private static Optional<Challenge> withScheme(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(c -> c.scheme().equals(scheme)).findFirst();
  }

  /** Which credentials were used, or where they were looked for in vain, as a sentence. */
  String tried(Call call) {
    Optional<Found> known = call.scope().flatMap(this::find);
    if (known.isPresent()) {
      return "The credentials of %s from %s were refused."
          .formatted(known.get().credential(), known.get().source());
    }
    List<String> places = source.places(registry);
    return "There are no credentials for %s; %s."
        .formatted(
            registry,
            places.isEmpty() ? "no place is configured" : "tried: " + String.join(", ", places));
  }

  private Optional<Found> find(Scope scope) {
    return found.computeIfAbsent(
        scope.repository(), repository -> source.find(registry, repository));
  }

  private Realm realm(Call call, Challenge challenge) throws IOException {
    Optional<Realm> realm = Realm.of(challenge);
    if (realm.isEmpty()) {
      throw refusals.broken(
          call,
          "names a token server that is no address",
          "This is a fault of the registry; tell its operator.");
    }
    if (!isTrusted(realm.get())) {
      throw refusals.broken(
          call,
          "has a token server without TLS, " + Origin.shown(realm.get().address()),
          "No credentials were sent; if it is meant to be so, name the registry in insecure.");
    }
    return realm.get();
  }

  /** A registry on this machine may not send our secrets off it in the clear. */
  private boolean isTrusted(Realm realm) {
    return Origin.of(realm.address()).isEncrypted()
        || (mayBePlain
            && (!Origin.isLoopback(Origin.hostOf(registry))
                || Origin.isLoopback(realm.address().getHost())));
  }
}
