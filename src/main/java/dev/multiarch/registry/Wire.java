package dev.multiarch.registry;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * Carries one request to its address and brings the answer back: no retry, no redirect, no
 * authentication.
 */
final class Wire {

  private final Connections connections;
  private final String userAgent;
  private final Proxies proxies;

  /**
   * @param connections those of all hosts
   */
  Wire(Connections connections, RegistryOptions options) {
    this.connections = connections;
    this.userAgent = options.userAgent();
    this.proxies = new Proxies(options);
  }

  /**
   * Sends a request and waits for the headers of its answer.
   *
   * @param headers all headers, those of authentication included
   * @param deadline for the answer with its body, in terms of {@link System#nanoTime}
   * @throws IOException if the request was not answered; if the payload itself could not be read,
   *     the failure of the payload
   */
  Answer exchange(
      String method, URI address, Map<String, String> headers, Payload payload, long deadline)
      throws IOException {
    Route route = proxies.route(address);
    Exchange exchange =
        new Exchange(
            address, route, request(method, route, address, headers, payload), payload, deadline);
    Optional<Connection> idle = connections.idle(route);
    if (idle.isPresent()) {
      try {
        return exchange.over(idle.get());
      } catch (IOException e) {
        // The other side may have hung up just as it was taken up again here.
        if (!Call.isRead(method) || !idle.get().wasHungUp(e)) {
          throw e;
        }
      }
    }
    Connection connection = connections.open(route, deadline);
    if (route.isTunnel()) {
      Answer opened =
          new Exchange(address, route, opening(route), Payload.NONE, deadline).over(connection);
      if (!opened.isSuccess()) {
        return opened;
      }
    }
    if (route.origin().isEncrypted()) {
      connections.encrypt(connection, route.origin());
    }
    return exchange.over(connection);
  }

  private ClassicHttpRequest request(
      String method, Route route, URI address, Map<String, String> headers, Payload payload) {
    ClassicHttpRequest request = new BasicClassicHttpRequest(method, null, route.target(address));
    request.setHeader("Host", route.origin().authority());
    request.setHeader("User-Agent", userAgent);
    headers.forEach(request::setHeader);
    if (!route.isTunnel()) {
      route.credential().ifPresent(value -> request.setHeader("Proxy-Authorization", value));
    }
    // A POST or PUT without a body says so, which some registries insist on.
    if (payload.length() > 0 || method.equals("POST") || method.equals("PUT")) {
      request.setHeader("Content-Length", Long.toString(payload.length()));
    }
    return request;
  }

  /** The request for a tunnel through a proxy (RFC 9110, section 9.3.6). */
  private ClassicHttpRequest opening(Route route) {
    String to = route.origin().host() + ":" + route.origin().port();
    ClassicHttpRequest request = new BasicClassicHttpRequest("CONNECT", null, to);
    request.setHeader("Host", to);
    request.setHeader("User-Agent", userAgent);
    route.credential().ifPresent(value -> request.setHeader("Proxy-Authorization", value));
    return request;
  }

  /** One request on its way over a connection, and its answer on the way back. */
  private final class Exchange {

    private final URI address;
    private final Route route;
    private final ClassicHttpRequest request;
    private final Payload payload;
    private final long deadline;

    Exchange(URI address, Route route, ClassicHttpRequest request, Payload payload, long deadline) {
      this.address = address;
      this.route = route;
      this.request = request;
      this.payload = payload;
      this.deadline = deadline;
    }

    Answer over(Connection connection) throws IOException {
      boolean answered = false;
      try {
        ClassicHttpResponse response = send(connection);
        Answer answer =
            new Answer(
                address,
                response.getCode(),
                headers(response),
                connection.body(response, whole -> done(connection, response, whole)));
        answered = true;
        return answer;
      } finally {
        if (!answered) {
          connections.drop(connection);
        }
      }
    }

    private ClassicHttpResponse send(Connection connection) throws IOException {
      if (payload.length() == 0) {
        return connection.exchange(request, deadline);
      }
      try (UploadStream bytes = new UploadStream(payload)) {
        request.setEntity(new UploadEntity(bytes, payload.length()));
        Future<?> watch = connections.watch(connection, bytes);
        try {
          ClassicHttpResponse response = connection.exchange(request, deadline);
          if (bytes.failure().isEmpty()) {
            return response;
          }
        } catch (IOException e) {
          throw bytes.failure().orElse(e);
        } finally {
          watch.cancel(false);
        }
        throw bytes.failure().get();
      }
    }

    private void done(Connection connection, ClassicHttpResponse response, boolean whole) {
      if (request.getMethod().equals("CONNECT") && response.getCode() < 300) {
        return;
      }
      if (whole && connection.isKeptAlive(request, response)) {
        connections.keep(route, connection);
      } else {
        connections.drop(connection);
      }
    }
  }

  private static Map<String, List<String>> headers(ClassicHttpResponse response) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Header header : response.getHeaders()) {
      headers.computeIfAbsent(header.getName(), n -> new ArrayList<>(1)).add(header.getValue());
    }
    return headers;
  }
}
