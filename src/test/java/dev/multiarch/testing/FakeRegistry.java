package dev.multiarch.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An OCI distribution registry in memory, on three ports of the loopback address: the registry
 * itself, its token realm, and the storage to which it may redirect. Everything that arrives at any
 * of them is in {@link #exchanges}, and every request can be given a {@link Fault}.
 */
public final class FakeRegistry implements AutoCloseable {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

  private final RegistryState state = new RegistryState();
  private final RegistryOptions options = new RegistryOptions();
  private final Exchanges exchanges = new Exchanges();
  private final TokenRealm realm = new TokenRealm();
  private final AccessControl access;
  private final Faults faults;
  private final BlobHandler blobs;
  private final UploadHandler uploads;
  private final ManifestHandler manifests;
  private final HttpServer registryServer;
  private final HttpServer tokenServer;
  private final HttpServer storageServer;

  private FakeRegistry(@Nullable SSLContext tls) {
    AtomicInteger connectionIds = new AtomicInteger();
    tokenServer = HttpServer.start(tls, connectionIds, this::answerToken);
    storageServer = HttpServer.start(tls, connectionIds, this::answerStorage);
    access = new AccessControl(options, tokenServer::url);
    faults = new Faults(state, access, exchanges, this::restart);
    blobs = new BlobHandler(state, options, storageServer::url);
    uploads = new UploadHandler(state, options, storageServer::url, access::mayRead);
    manifests = new ManifestHandler(state, options);
    // Last, because it uses all of the above.
    registryServer = HttpServer.start(tls, connectionIds, this::answerRegistry);
  }

  /** Starts an empty registry that speaks plain HTTP and lets everybody in. */
  public static FakeRegistry start() {
    return new FakeRegistry(null);
  }

  /** Starts an empty registry whose three hosts speak TLS; see {@link TestCertificates}. */
  public static FakeRegistry startTls(SSLContext tls) {
    return new FakeRegistry(tls);
  }

  /** Returns host and port of the registry. */
  public String host() {
    return registryServer.host();
  }

  /** Returns scheme, host and port of the registry. */
  public String url() {
    return registryServer.url();
  }

  /** Returns host and port of the token realm. */
  public String tokenHost() {
    return tokenServer.host();
  }

  /** Returns host and port of the blob storage. */
  public String storageHost() {
    return storageServer.host();
  }

  /** Returns what registries do differently, to be set. */
  public RegistryOptions options() {
    return options;
  }

  /** Demands Basic authorization of every request. */
  public FakeRegistry requireBasic(String user, String password) {
    access.requireBasic(user, password);
    return this;
  }

  /** Demands tokens of a realm that knows nobody yet. */
  public TokenRealm requireTokens() {
    access.requireTokens(realm);
    return realm;
  }

  /** Returns what has arrived. */
  public Exchanges exchanges() {
    return exchanges;
  }

  /** Returns the number of TCP connections that the registry has accepted. */
  public int connections() {
    return registryServer.accepted();
  }

  /** Returns the number of TCP connections that all three hosts have accepted. */
  public int connectionsOfAllHosts() {
    return registryServer.accepted() + tokenServer.accepted() + storageServer.accepted();
  }

  /** Returns the number of uploads that were neither finished nor cancelled. */
  public int openUploads() {
    return state.openSessions();
  }

  /** Plants a fault; where several strike one request, the one planted first does. */
  public PlantedFault plant(Fault fault, At at) {
    return faults.plant(fault, at);
  }

  /** Removes all faults; what already waits goes on waiting. */
  public void clearFaults() {
    faults.clear();
  }

  /** Resets all connections, as a firewall or a balancer does. */
  public void resetConnections() {
    registryServer.resetConnections();
    tokenServer.resetConnections();
    storageServer.resetConnections();
  }

  /** Resets all connections and forgets the uploads in progress; port and content stay. */
  public void restart() {
    state.closeAllSessions();
    resetConnections();
  }

  /** Stores a blob and returns its digest. */
  public String putBlob(String repository, byte[] content) {
    String digest = Digests.sha256(content);
    state.putBlob(repository, digest, content);
    return digest;
  }

  /** Returns a blob's content. */
  public Optional<byte[]> blob(String repository, String digest) {
    return state.blob(repository, digest);
  }

  /** Tells whether a repository has a blob. */
  public boolean hasBlob(String repository, String digest) {
    return blob(repository, digest).isPresent();
  }

  /** Stores a manifest, without a look at what it names, and returns its digest. */
  public String putManifest(String repository, String mediaType, byte[] content) {
    StoredManifest manifest = new StoredManifest(mediaType, content);
    state.putManifest(repository, manifest.digest(), manifest);
    return manifest.digest();
  }

  /** Returns a manifest by tag or digest. */
  public Optional<StoredManifest> manifest(String repository, String reference) {
    Optional<String> digest =
        Digests.isDigest(reference) ? Optional.of(reference) : tag(repository, reference);
    return digest.flatMap(d -> state.manifest(repository, d));
  }

  /** Tells whether a repository has a manifest of that tag or digest. */
  public boolean hasManifest(String repository, String reference) {
    return manifest(repository, reference).isPresent();
  }

  /** Deletes a manifest with its tags, a tag alone, or a blob; as a retention policy does. */
  public boolean delete(String repository, String reference) {
    return state.deleteManifest(repository, reference) || state.deleteBlob(repository, reference);
  }

  /** Points a tag to a digest, which need not be there. */
  public void putTag(String repository, String tag, String digest) {
    state.tag(repository, tag, digest);
  }

  /** Returns the digest that a tag names. */
  public Optional<String> tag(String repository, String tag) {
    return state.taggedDigest(repository, tag);
  }

  /** Returns the tags of a repository and the digests they name. */
  public Map<String, String> tags(String repository) {
    return state.tags(repository);
  }

  /** Returns what the registry holds now. */
  public Snapshot snapshot() {
    return state.snapshot();
  }

  /**
   * Ends all connections, those that stall included.
   *
   * @throws IllegalStateException if the fake itself failed, which must not pass for a fault
   */
  @Override
  public void close() {
    List<RuntimeException> failures = new ArrayList<>();
    for (HttpServer server : List.of(registryServer, tokenServer, storageServer)) {
      server.close();
      failures.addAll(server.failures());
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("the fake registry is broken", failures.get(0));
    }
  }

  private HttpAnswer answerRegistry(HttpRequest request) throws IOException, InterruptedException {
    Route route = Route.of(request.method(), request.path());
    return recorded(
        request,
        route,
        r -> {
          Optional<HttpAnswer> refusal = access.refusal(r, route);
          return refusal.isPresent() ? refusal.get() : answer(r, route);
        });
  }

  private HttpAnswer answerToken(HttpRequest request) throws IOException, InterruptedException {
    return recorded(request, Route.token(), realm::answer);
  }

  private HttpAnswer answerStorage(HttpRequest request) throws IOException, InterruptedException {
    Route route = Route.of(request.method(), request.path());
    return recorded(
        request,
        route,
        r -> {
          if (route.endpoint().equals("uploads") && r.header("Authorization").isEmpty()) {
            return answer(r, route);
          }
          return blobs.answerFromStorage(r, route);
        });
  }

  private HttpAnswer recorded(HttpRequest request, Route route, HttpServer.Handler handler)
      throws IOException, InterruptedException {
    Exchange exchange = exchanges.arrived(request, route);
    HttpAnswer answer = HttpAnswer.reset();
    try {
      answer = faults.answer(request, route, exchange, handler);
      if (answer.delivery() == HttpAnswer.Delivery.WHOLE) {
        request.drain();
      }
      return answer;
    } finally {
      boolean silent = answer.delivery() == HttpAnswer.Delivery.RESET;
      exchanges.answered(exchange, silent ? 0 : answer.status(), request.received());
    }
  }

  private HttpAnswer answer(HttpRequest request, Route route) throws IOException {
    if (!route.repository().isEmpty() && !NAME.matcher(route.repository()).matches()) {
      return HttpAnswer.error(400, "NAME_INVALID", "invalid repository name");
    }
    Optional<HttpAnswer> tooLarge = tooLarge(request);
    if (tooLarge.isPresent()) {
      return tooLarge.get();
    }
    return switch (route.endpoint()) {
      case "ping" -> HttpAnswer.json(200, Map.of());
      case "blobs" -> blobs.answer(request, route);
      case "uploads" -> uploads.answer(request, route);
      case "manifests" -> manifests.answer(request, route);
      case "tags" -> manifests.tags(request, route);
      case "referrers" -> manifests.referrers(route);
      default -> HttpAnswer.error(404, "UNSUPPORTED", "no such endpoint");
    };
  }

  private Optional<HttpAnswer> tooLarge(HttpRequest request) throws IOException {
    long length = request.isChunked() ? request.body().length : request.contentLength();
    return length > options.maxBody
        ? Optional.of(HttpAnswer.error(413, "SIZE_INVALID", "request entity too large"))
        : Optional.empty();
  }
}
