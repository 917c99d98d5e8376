package dev.multiarch.registry;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One thing to ask of a host.
 *
 * @param method in HTTP's words
 * @param target a path on the host, or the address that it gave as a {@code Location}
 * @param headers without those of authentication
 * @param payload the body; {@link Payload#NONE} for none
 * @param scope what leave it needs; empty if it is asked without authenticating
 * @param retried whether it may be sent again by itself; a body that goes into an upload session
 *     may not, since nobody knows how much of it arrived
 */
record Call(
    String method,
    URI target,
    Map<String, String> headers,
    Payload payload,
    Optional<Scope> scope,
    boolean retried) {

  static Call of(String method, String target, Scope scope) {
    return of(method, URI.create(target), scope);
  }

  static Call of(String method, URI target, Scope scope) {
    return new Call(method, target, Map.of(), Payload.NONE, Optional.of(scope), true);
  }

  /** A call to which no credentials go but those in its own headers. */
  static Call anonymous(String method, URI target) {
    return new Call(method, target, Map.of(), Payload.NONE, Optional.empty(), true);
  }

  Call with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Call(method, target, more, payload, scope, retried);
  }

  /** With a body of which another copy can be made. */
  Call with(Payload body) {
    return new Call(method, target, headers, body, scope, retried);
  }

  Call to(URI other) {
    return new Call(method, other, headers, payload, scope, retried);
  }

  /** The same call, made once: what becomes of a failure is the caller's to say. */
  Call once() {
    return new Call(method, target, headers, payload, scope, false);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }
}
