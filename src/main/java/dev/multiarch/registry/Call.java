package dev.multiarch.registry;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One request to a registry, as often as it has to be sent.
 *
 * @param method the HTTP method
 * @param target a path of the registry, or a whole URI that the registry gave
 * @param scope what it needs to be allowed to do
 * @param headers besides those that every request has
 * @param body makes the body anew for each attempt
 * @param size the length of the body in bytes
 */
record Call(
    String method,
    String target,
    Scope scope,
    Map<String, String> headers,
    Supplier<BodyPublisher> body,
    long size) {

  static Call of(String method, String target, Scope scope) {
    return new Call(method, target, scope, Map.of(), BodyPublishers::noBody, 0);
  }

  Call with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Call(method, target, scope, more, body, size);
  }

  Call withBody(Supplier<BodyPublisher> publisher, long length) {
    return new Call(method, target, scope, headers, publisher, length);
  }

  /** For logs: without the query, in which registries put what nobody else shall see. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + (query < 0 ? target : target.substring(0, query));
  }
}
