package dev.multiarch.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thing to ask of a host.
 *
 * @param about what it is about, in words for messages
 * @param method in HTTP's words
 * @param target a path on the host, or the address that it gave as a {@code Location}
 * @param headers without those of authentication
 * @param payload the body; {@link Payload#NONE} for none
 * @param scope what leave it needs; empty if nobody's credentials go along but those in its headers
 * @param retried whether it may be sent again by itself; a body that goes into an upload session
 *     may not, since nobody knows how much of it arrived
 */
record Call(
    String about,
    String method,
    URI target,
    Map<String, String> headers,
    Payload payload,
    Optional<Scope> scope,
    boolean retried) {

  static Call of(String about, String method, String path, Scope scope) {
    return new Call(
        about, method, URI.create(path), Map.of(), Payload.NONE, Optional.of(scope), true);
  }

  /** A call without leave. */
  static Call anonymous(String about, String method, URI target) {
    return new Call(about, method, target, Map.of(), Payload.NONE, Optional.empty(), true);
  }

  /** A call about the same thing, with the same leave. */
  Call then(String otherMethod, URI otherTarget) {
    return new Call(about, otherMethod, otherTarget, Map.of(), Payload.NONE, scope, true);
  }

  Call with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Call(about, method, target, more, payload, scope, retried);
  }

  /** With a body of which another copy can be made. */
  Call with(Payload body) {
    return new Call(about, method, target, headers, body, scope, retried);
  }

  /** The same call, made once: what becomes of a failure is the caller's to say. */
  Call once() {
    return new Call(about, method, target, headers, payload, scope, false);
  }

  boolean isRead() {
    return isRead(method);
  }

  /** Whether a request with this method changes nothing. */
  static boolean isRead(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** Method and path; the query may hold a signature or a token. */
  @Override
  public String toString() {
    return method + " " + target.getRawPath();
  }
}
