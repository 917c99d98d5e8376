package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Carries one request to its address and brings the answer back: no retry, no redirect, no
 * authentication.
 */
final class Wire {

  private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  private static final int PROXY_WANTS_CREDENTIALS = 407;

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
    // Before a connection is chosen, which would wait while the source is asked.
    try (UploadStream bytes = payload.length() == 0 ? null : new UploadStream(payload)) {
      Route route = proxies.route(address);
      ClassicHttpRequest request = request(method, route, address, headers, payload);
      return exchange(new Exchange(address, route, request, bytes, deadline));
    }
  }

  private Answer exchange(Exchange exchange) throws IOException {
    Route route = exchange.route;
    Optional<Connection> idle = connections.idle(route);
    if (idle.isPresent()) {
      try {
        return exchange.over(idle.get());
      } catch (IOException e) {
        // The other side may have hung up just as it was taken up again here.
        if (!Call.isRead(exchange.request.getMethod()) || !idle.get().wasHungUp(e)) {
          throw e;
        }
      }
    }
    Connection connection = connections.open(route, exchange.deadline);
    if (route.isTunnel()) {
      int status = tunnel(connection, route, exchange.deadline);
      if (status == PROXY_WANTS_CREDENTIALS) {
        return new Answer(exchange.address, status, Map.of(), InputStream.nullInputStream());
      }
    }
    if (route.origin().isEncrypted()) {
      connections.encrypt(connection, route.origin(), exchange.deadline);
    }
    return exchange.over(connection);
  }

  /**
   * Has a proxy open a tunnel (RFC 9110, section 9.3.6). Whatever else it answers is nobody's word:
   * it has not come through TLS, and must not pass for the registry's.
   *
   * @return the status, a success or 407
   */
  private int tunnel(Connection connection, Route route, long deadline) throws IOException {
    String to = route.origin().host() + ":" + route.origin().port();
    ClassicHttpRequest request = new BasicClassicHttpRequest("CONNECT", null, to);
    request.setHeader("Host", to);
    request.setHeader("User-Agent", userAgent);
    route.credential().ifPresent(value -> request.setHeader(PROXY_AUTHORIZATION, value));
    boolean opened = false;
    try {
      int status = connection.exchange(request, deadline).getCode();
      opened = status < HttpStatus.SC_REDIRECTION;
      if (!opened && status != PROXY_WANTS_CREDENTIALS) {
        throw new IOException(
            "the proxy %s:%d does not open a tunnel to %s, it answers %d"
                .formatted(route.host(), route.port(), to, status));
      }
      return status;
    } finally {
      if (!opened) {
        connections.drop(connection);
      }
    }
  }

  private ClassicHttpRequest request(
      String method, Route route, URI address, Map<String, String> headers, Payload payload) {
    ClassicHttpRequest request = new BasicClassicHttpRequest(method, null, route.target(address));
    request.setHeader("Host", route.origin().authority());
    request.setHeader("User-Agent", userAgent);
    for (var header : headers.entrySet()) {
      request.setHeader(header.getKey(), header.getValue());
    }
    if (route.credential().isPresent() && !route.isTunnel()) {
      request.setHeader(PROXY_AUTHORIZATION, route.credential().get());
    }
    // A POST or PUT without a body says so, which some registries insist on.
    if (payload.length() > 0 || method.equals("POST") || method.equals("PUT")) {
      request.setHeader("Content-Length", Long.toString(payload.length()));
    }
    return request;
  }

  /** One request on its way over a connection, and its answer on the way back. */
  private final class Exchange {

    private final URI address;
    private final Route route;
    private final ClassicHttpRequest request;
    private final @Nullable UploadStream bytes;
    private final long deadline;

    Exchange(
        URI address,
        Route route,
        ClassicHttpRequest request,
        @Nullable UploadStream bytes,
        long deadline) {
      this.address = address;
      this.route = route;
      this.request = request;
      this.bytes = bytes;
      this.deadline = deadline;
    }

    Answer over(Connection connection) throws IOException {
      boolean answered = false;
      Future<?> end =
          route.origin().isEncrypted()
              ? connections.endAt(connection, deadline)
              : CompletableFuture.completedFuture(null);
      try {
        ClassicHttpResponse response =
            bytes == null ? connection.exchange(request, deadline) : send(connection, bytes);
        Answer answer =
            new Answer(
                address,
                response.getCode(),
                headers(response),
                connection.body(response, whole -> done(connection, response, whole, end)));
        answered = true;
        return answer;
      } finally {
        if (!answered) {
          end.cancel(false);
          connections.drop(connection);
        }
      }
    }

    private ClassicHttpResponse send(Connection connection, UploadStream body) throws IOException {
      request.setEntity(new UploadEntity(body, body.length()));
      Future<?> watch = connections.watch(connection, body);
      try {
        ClassicHttpResponse response = connection.exchange(request, deadline);
        if (body.failure().isPresent()) {
          throw body.failure().get();
        }
        return response;
      } catch (IOException e) {
        throw body.failure().orElse(e);
      } finally {
        watch.cancel(false);
      }
    }

    private void done(
        Connection connection, ClassicHttpResponse response, boolean whole, Future<?> end) {
      end.cancel(false);
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
