package dev.multiarch.testing;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request that reached the registry, its token realm or its blob storage.
 *
 * @param number counts from one, over all three hosts, in order of arrival
 * @param kind what the request is about
 * @param host host and port of the server that got the request
 * @param method the HTTP method
 * @param path the path, decoded
 * @param query the query as it was sent, without the question mark; empty when there was none
 * @param headers the request's headers; names in any case
 * @param status the status that was sent, or 0 as long as there is no answer, for ever if the
 *     connection was reset instead
 * @param received the bytes of the request's body that were read
 * @param connectionId tells the TCP connections apart; counts from one over all three hosts
 */
public record Exchange(
    int number,
    Kind kind,
    String host,
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    int status,
    long received,
    int connectionId) {

  /** Copies the headers into a map that does not care for the case of names. */
  public Exchange {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    headers = Collections.unmodifiableMap(copy);
  }

  /** Returns the first value of a header. */
  public Optional<String> header(String name) {
    return headers.getOrDefault(name, List.of()).stream().findFirst();
  }

  Exchange answered(int newStatus, long newReceived) {
    return new Exchange(
        number, kind, host, method, path, query, headers, newStatus, newReceived, connectionId);
  }

  /** One line for the message of a failed test; says nothing of the headers. */
  @Override
  public String toString() {
    String question = query.isEmpty() ? "" : "?" + query;
    String outcome = status == 0 ? "no answer" : Integer.toString(status);
    return "#%d %s %s%s -> %s (%s, connection %d)"
        .formatted(number, method, path, question, outcome, host, connectionId);
  }
}
