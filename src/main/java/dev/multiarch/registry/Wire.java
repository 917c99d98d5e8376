package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Carries one request to its address and brings the answer back: no retry, no redirect, no
 * authentication.
 */
final class Wire {

  private static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  private static final int PROXY_WANTS_CREDENTIALS = 407;

  /** A body that systems take at once, acknowledged or not, so that no write of it can hang. */
  private static final int TAKEN_AT_ONCE = 8 * 1024;

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
      Http.Request request = request(method, route, address, headers, payload);
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
        if (e instanceof TimedOut) {
          connections.dropIdle(route);
        }
        // The other side may have hung up just as it was taken up again here.
        if (!Call.isRead(exchange.request.method()) || !idle.get().wasHungUp(e)) {
          throw e;
        }
      }
    }
    Optional<Connection> connection = open(route, exchange.deadline);
    return connection.isPresent()
        ? exchange.over(connection.get())
        : new Answer(
            exchange.address, PROXY_WANTS_CREDENTIALS, Map.of(), InputStream.nullInputStream());
  }

  /** Opens a connection that the next request to an address will use. */
  void connect(URI address, long deadline) throws IOException {
    Route route = proxies.route(address);
    Optional<Connection> connection = open(route, deadline);
    if (connection.isPresent()) {
      connections.keep(route, connection.get());
    }
  }

  /** A new connection to the host, or none if a proxy on the way wants credentials for it. */
  private Optional<Connection> open(Route route, long deadline) throws IOException {
    Connection connection = connections.open(route, deadline);
    if (route.isTunnel() && tunnel(connection, route, deadline) == PROXY_WANTS_CREDENTIALS) {
      return Optional.empty();
    }
    if (route.origin().isEncrypted()) {
      connections.encrypt(connection, route.origin(), deadline);
    }
    return Optional.of(connection);
  }

  /**
   * Has a proxy open a tunnel (RFC 9110, section 9.3.6). Whatever else it answers is nobody's word:
   * it has not come through TLS, and must not pass for the registry's.
   *
   * @return the status, a success or 407
   */
  private int tunnel(Connection connection, Route route, long deadline) throws IOException {
    String to = route.origin().host() + ":" + route.origin().port();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", to);
    headers.put("User-Agent", userAgent);
    route.credential().ifPresent(value -> headers.put(PROXY_AUTHORIZATION, value));
    Http.Request request = new Http.Request("CONNECT", to, headers);
    boolean opened = false;
    try {
      Http.Head head = connection.exchange(request, null, deadline);
      int status = head.status();
      opened = head.isSuccess();
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

  private Http.Request request(
      String method, Route route, URI address, Map<String, String> more, Payload payload) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", route.origin().authority());
    headers.put("User-Agent", userAgent);
    headers.putAll(more);
    if (route.credential().isPresent() && !route.isTunnel()) {
      headers.put(PROXY_AUTHORIZATION, route.credential().get());
    }
    // A POST or PUT without a body says so, which some registries insist on.
    if (payload.length() > 0 || method.equals("POST") || method.equals("PUT")) {
      headers.put("Content-Length", Long.toString(payload.length()));
    }
    return new Http.Request(method, route.target(address), headers);
  }

  /** One request on its way over a connection, and its answer on the way back. */
  private final class Exchange {

    private final URI address;
    private final Route route;
    private final Http.Request request;
    private final @Nullable UploadStream bytes;
    private final long deadline;

    Exchange(
        URI address,
        Route route,
        Http.Request request,
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
        Http.Head head =
            bytes == null ? connection.exchange(request, null, deadline) : send(connection, bytes);
        Answer answer =
            new Answer(
                address,
                head.status(),
                head.headers(),
                connection.body(request.method(), head, new Afterwards(connection, head, end)));
        answered = true;
        return answer;
      } finally {
        if (!answered) {
          end.cancel(false);
          connections.drop(connection);
        }
      }
    }

    private Http.Head send(Connection connection, UploadStream body) throws IOException {
      Future<?> watch = watch(connection, body);
      try {
        Http.Head head = connection.exchange(request, body, deadline);
        if (body.failure().isPresent()) {
          throw body.failure().get();
        }
        return head;
      } catch (IOException e) {
        throw body.failure().orElse(e);
      } finally {
        watch.cancel(false);
      }
    }

    private Future<?> watch(Connection connection, UploadStream body) throws IOException {
      return body.left() <= TAKEN_AT_ONCE
          ? CompletableFuture.completedFuture(null)
          : connections.watch(connection, body);
    }

    /** Keeps a connection when its answer was read whole, or drops it. */
    private final class Afterwards implements ResponseBody.Afterwards {

      private final Connection connection;
      private final Http.Head head;
      private final Future<?> end;

      Afterwards(Connection connection, Http.Head head, Future<?> end) {
        this.connection = connection;
        this.head = head;
        this.end = end;
      }

      @Override
      public void closed(boolean whole) {
        end.cancel(false);
        if (whole && connection.isKeptAlive(request.method(), head)) {
          connections.keep(route, connection);
        } else {
          connections.drop(connection);
        }
      }
    }
  }
}
