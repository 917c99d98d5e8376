package dev.multiarch.registry;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One registry: its address, its way of authentication, and the rules of what is sent where.
 * Credentials go to this host only; what is redirected elsewhere goes there without them.
 */
final class Host {

  private static final String DOCKER_HUB = "docker.io";
  private static final String DOCKER_HUB_SERVER = "registry-1.docker.io";
  private static final int MAX_REDIRECTS = 5;

  private final String registry;
  private final String server;
  private final RegistryOptions options;
  private final Transport transport;
  private final Authorizer authorizer;
  private final Retries retries;
  private volatile @Nullable String scheme;

  Host(String registry, RegistryOptions options, Transport transport, Clock clock) {
    this.registry = registry;
    this.server = registry.equals(DOCKER_HUB) ? DOCKER_HUB_SERVER : registry;
    this.options = options;
    this.transport = transport;
    this.authorizer = new Authorizer(registry, options.credentials(), this::askForToken, clock);
    this.retries = new Retries(options, clock);
    this.scheme = mayBePlain() ? null : "https";
  }

  String registry() {
    return registry;
  }

  Retries retries() {
    return retries;
  }

  RegistryLog log() {
    return options.log();
  }

  private boolean mayBePlain() {
    return isLoopback(hostOf(server)) || isInsecure();
  }

  private boolean isInsecure() {
    return options.insecure().contains(registry) || options.insecure().contains(hostOf(registry));
  }

  private static String hostOf(String server) {
    int colon = server.lastIndexOf(':');
    return colon > server.lastIndexOf(']') ? server.substring(0, colon) : server;
  }

  static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /**
   * Sends a request as often as it takes.
   *
   * @return an answer of any status, except those that may pass when tried again
   * @throws RegistryException if there is none
   */
  Answer call(String what, Call call) throws IOException {
    try {
      return retries.answer(call.toString(), () -> once(call));
    } catch (IOException e) {
      throw Refusals.unanswered(what, server, e);
    }
  }

  /** Sends a request, answering a challenge and following redirects, but never trying again. */
  Answer once(Call call) throws IOException {
    URI target = locate(call.target());
    boolean challenged = false;
    for (int hops = 0; hops <= MAX_REDIRECTS; ) {
      boolean own = isOwn(target);
      Optional<String> authorization = own ? authorizer.header(call.scope()) : Optional.empty();
      Answer answer = send(call, target, authorization, own);
      if (answer.status() == 401 && own && !challenged) {
        challenged = true;
        if (authorizer.challenged(answer, call.scope(), authorization)) {
          answer.close();
          continue;
        }
      }
      Optional<String> location = answer.header("Location");
      if (!answer.isRedirect() || location.isEmpty() || !isRead(call)) {
        return answer;
      }
      answer.close();
      URI next = target.resolve(location.get());
      refuseDowngrade(call, target, next);
      target = next;
      hops++;
    }
    throw new RegistryException(
        call + ": " + server + " redirects without end",
        "See the registry's own log.",
        RegistryException.NO_ANSWER,
        null);
  }

  private static boolean isRead(Call call) {
    return call.method().equals("GET") || call.method().equals("HEAD");
  }

  private void refuseDowngrade(Call call, URI from, URI to) throws RegistryException {
    if ("https".equals(from.getScheme()) && !"https".equals(to.getScheme()) && !isInsecure()) {
      throw new RegistryException(
          "%s: %s redirects from https to %s".formatted(call, server, to.getScheme()),
          "The registry is set up wrongly; nothing was sent there.",
          RegistryException.NO_ANSWER,
          null);
    }
  }

  /** Whether a URI is this registry's, by host and port. */
  private boolean isOwn(URI uri) {
    return server.equalsIgnoreCase(uri.getAuthority());
  }

  private URI locate(String target) {
    String known = scheme == null ? "http" : scheme;
    return URI.create(known + "://" + server).resolve(target);
  }

  /** Where a registry sends us on, seen from where it said so (distribution spec: Location). */
  String resolve(Answer answer) throws RegistryException {
    String location =
        answer
            .header("Location")
            .orElseThrow(
                () ->
                    new RegistryException(
                        server + " opened an upload and did not say where",
                        "See the registry's own log.",
                        answer.status(),
                        null));
    URI next = answer.uri().resolve(location);
    refuseDowngrade(Call.of("PUT", "upload", new Scope(java.util.List.of())), answer.uri(), next);
    return next.toString();
  }

  private Answer send(Call call, URI target, Optional<String> authorization, boolean own)
      throws IOException {
    String before = scheme;
    Answer answer;
    if (before == null && own) {
      answer = sendFirst(call, target, authorization);
    } else {
      answer = transport.send(call, target, authorization, isInsecure() && own);
    }
    options.log().debug(call + " → " + answer.status());
    return answer;
  }

  /**
   * The first request to a registry that may speak plain HTTP finds out whether it does, and is the
   * only one that is sent twice if it does not.
   */
  private Answer sendFirst(Call call, URI target, Optional<String> authorization)
      throws IOException {
    IOException broken = null;
    try {
      Answer answer = transport.send(call, target, authorization, false);
      if (answer.status() != 400 || !Refusals.wantsTls(answer)) {
        scheme = "http";
        return answer;
      }
    } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      broken = e;
    }
    try {
      Answer answer =
          transport.send(
              call,
              URI.create(target.toString().replaceFirst("^http:", "https:")),
              authorization,
              isInsecure());
      scheme = "https";
      return answer;
    } catch (IOException e) {
      throw broken == null ? e : broken;
    }
  }

  /** Token servers are asked over https, unless the registry may be spoken to without. */
  private Answer askForToken(Call call) throws IOException {
    URI realm = URI.create(call.target());
    boolean plainAllowed = mayBePlain() || isLoopback(String.valueOf(realm.getHost()));
    if (!"https".equals(realm.getScheme()) && !plainAllowed) {
      throw new RegistryException(
          "%s: its token server %s does not use https; no credentials were sent"
              .formatted(registry, realm.getHost()),
          "If that is meant to be so, name the registry in registries.insecure.",
          RegistryException.NO_ANSWER,
          null);
    }
    try {
      return retries.answer(
          "token for " + registry,
          () -> transport.send(call, realm, Optional.empty(), isInsecure()));
    } catch (IOException e) {
      throw Refusals.unanswered(registry + ": no token", String.valueOf(realm.getHost()), e);
    }
  }

  RegistryException refusal(String what, Answer answer) {
    try (answer) {
      return Refusals.of(what, answer, authorizer);
    }
  }
}
