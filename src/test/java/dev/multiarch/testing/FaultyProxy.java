package dev.multiarch.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a real registry and lets things go wrong on the way, at random but by a seed: what
 * becomes of the n-th request of a kind is the same in every run with that seed.
 */
public final class FaultyProxy implements AutoCloseable {

  /** What a client may not set, or what concerns the connection to it alone. */
  private static final Set<String> HOP_HEADERS =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  /** What can happen on the way; the registry behind it does nothing wrong itself. */
  private static final List<Fault> FAULTS =
      List.of(
          Fault.resetBefore(),
          Fault.resetWithin(),
          Fault.resetAfter(),
          Fault.restart(),
          Fault.truncateUpload(),
          Fault.stall(),
          Fault.stallAfter(),
          Fault.stallBody(),
          Fault.late(),
          Fault.lateAnswer(),
          Fault.cutBody(),
          Fault.status(429),
          Fault.tooManyRequests(0),
          Fault.status(500),
          Fault.status(502),
          Fault.status(503),
          Fault.statusUnread(503),
          Fault.status(504));

  private final String registry;
  private final long seed;
  private final double share;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Exchanges exchanges = new Exchanges();
  private final Faults faults;
  private final Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
  private final HttpServer server;

  private FaultyProxy(String registry, long seed, double share) {
    this.registry = registry;
    this.seed = seed;
    this.share = share;
    // Sessions and tokens are the registry's own, and out of reach here.
    this.faults =
        new Faults(
            new RegistryState(),
            new AccessControl(new RegistryOptions(), () -> ""),
            exchanges,
            this::restart);
    this.server = HttpServer.start(null, new AtomicInteger(), this::answer);
  }

  /**
   * Starts a proxy.
   *
   * @param registry host and port behind it, which speaks plain HTTP
   * @param share of the requests to which something happens, from 0 to 1
   */
  public static FaultyProxy start(String registry, long seed, double share) {
    return new FaultyProxy(registry, seed, share);
  }

  /** Returns host and port. */
  public String host() {
    return server.host();
  }

  /** Returns what has arrived. */
  public Exchanges exchanges() {
    return exchanges;
  }

  @Override
  public void close() {
    server.close();
    if (!server.failures().isEmpty()) {
      throw new IllegalStateException("the proxy is broken", server.failures().get(0));
    }
  }

  private HttpAnswer answer(HttpRequest request) throws IOException, InterruptedException {
    Route route = Route.of(request.method(), request.path());
    Exchange exchange = exchanges.arrived(request, route);
    HttpAnswer answer = HttpAnswer.reset();
    try {
      Random random = random(route.kind());
      if (random.nextDouble() < share) {
        Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
        PlantedFault planted = new PlantedFault(fault, At.matching(e -> true));
        answer = faults.strike(planted, request, route, exchange, this::forward);
      } else {
        answer = forward(request);
      }
      if (answer.delivery() == HttpAnswer.Delivery.WHOLE) {
        request.drain();
      }
      return answer;
    } finally {
      exchanges.answered(exchange, answer.status(), request.received());
    }
  }

  private void restart() {
    server.resetConnections();
  }

  /** By kind, since requests of several threads come in another order each time. */
  private synchronized Random random(Kind kind) {
    int n = seen.merge(kind, 1, Integer::sum);
    Random random = new Random(seed * 1_000_003 + kind.ordinal() * 1009L + n);
    // Seeds that are near each other begin with numbers that are.
    random.nextLong();
    return random;
  }

  private HttpAnswer forward(HttpRequest request) throws IOException, InterruptedException {
    String query = request.query().isEmpty() ? "" : "?" + request.query();
    java.net.http.HttpRequest.Builder onward =
        java.net.http.HttpRequest.newBuilder(
                URI.create("http://" + registry + request.path() + query))
            .method(request.method(), body(request))
            // By which the registry builds the addresses of uploads.
            .setHeader("X-Forwarded-Host", host());
    request
        .headers()
        .forEach(
            (name, values) -> {
              if (!HOP_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> onward.header(name, value));
              }
            });
    HttpResponse<byte[]> response = client.send(onward.build(), BodyHandlers.ofByteArray());
    HttpAnswer answer = HttpAnswer.of(response.statusCode());
    for (Map.Entry<String, List<String>> header : response.headers().map().entrySet()) {
      for (String value : header.getValue()) {
        if (!HOP_HEADERS.contains(header.getKey())) {
          answer = answer.withHeader(header.getKey(), value);
        }
      }
    }
    return answer.withBody(
        request.isHead() ? new byte[(int) announced(response)] : response.body());
  }

  private static long announced(HttpResponse<?> response) {
    return response.headers().firstValueAsLong("Content-Length").orElse(0);
  }

  /** A body that breaks off here breaks off there. */
  private static BodyPublisher body(HttpRequest request) throws IOException {
    if (!request.hasBody()) {
      return BodyPublishers.noBody();
    }
    try {
      return BodyPublishers.ofByteArray(request.body());
    } catch (TruncatedBodyException e) {
      InputStream half =
          new SequenceInputStream(new ByteArrayInputStream(e.received()), new Broken());
      return BodyPublishers.fromPublisher(
          BodyPublishers.ofInputStream(() -> half), request.contentLength());
    }
  }

  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the client is gone");
    }
  }
}
