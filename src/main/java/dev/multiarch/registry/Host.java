package dev.multiarch.registry;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One registry, token server or storage as this process knows it: how it is reached, who we are to
 * it, how much it bears. All requests to it go through here, so that each of these is learnt once.
 */
final class Host {

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_PORT = 0xffff;
  private static final Duration LITTLE_PATIENCE = Duration.ofSeconds(5);
  private static final String AUTHORIZATION = "Authorization";

  private final String name;
  private final RegistryOptions options;
  private final Wire wire;
  private final Time time;
  private final Endpoint endpoint;
  private final Refusals refusals;
  private final Backoff backoff;
  private final Retry retry;
  private final Authentication authentication;
  private final Whereabouts whereabouts = new Whereabouts();
  private final ShortCut mountsOfSelf = new ShortCut();
  // Not one, or a copy within one registry, which reads while it writes, could wait for itself. A
  // download lasts as long as whoever takes its bytes, who may ask and write meanwhile; so it has a
  // place of its own, and nobody waits for one who has a place to write.
  private final Lane reading;
  private final Lane writing;
  private final Lane downloads;
  private volatile boolean losesBodyOfLastPut;

  /**
   * @param name host with optional port, as in image references
   * @param hosts finds the token server's host
   */
  Host(String name, RegistryOptions options, Wire wire, Time time, Authentication.Hosts hosts) {
    this.name = name;
    this.options = options;
    this.wire = wire;
    this.time = time;
    this.endpoint =
        new Endpoint(name, options.isInsecure(name), options.caBundle(name).isPresent());
    this.refusals = new Refusals(name);
    this.backoff = new Backoff(name, options, time);
    this.retry = new Retry(options, backoff);
    this.authentication =
        new Authentication(name, options, endpoint.mayBePlain(), refusals, hosts, time);
    this.reading = new Lane(options.parallel());
    this.writing = new Lane(options.parallel());
    this.downloads = new Lane(options.parallel());
  }

  /** What the caller makes of an answer; it is closed afterwards. */
  @FunctionalInterface
  interface Reader<T> {
    T read(Answer answer) throws IOException;
  }

  String name() {
    return name;
  }

  Whereabouts whereabouts() {
    return whereabouts;
  }

  /** Whether a mount from the repository itself tells whether a blob is there. */
  ShortCut mountsOfSelf() {
    return mountsOfSelf;
  }

  /** Whether blobs must have arrived before the request that ends their upload. */
  boolean losesBodyOfLastPut() {
    return losesBodyOfLastPut;
  }

  /** Notes that the last request of an upload is taken for its end only, whatever it carries. */
  void foundToLoseBodyOfLastPut() {
    losesBodyOfLastPut = true;
  }

  Refusals refusals() {
    return refusals;
  }

  /** An answer that cannot be used, in words. Reads its body. */
  RegistryException refused(Call call, Answer answer) {
    boolean unwanted = answer.status() == 401 || answer.status() == 403;
    return refusals.of(
        call, answer, unwanted && call.scope().isPresent() ? authentication.tried(call) : "");
  }

  /**
   * Asks, as often as it takes, and reads the answer; a body that breaks off counts as a failed
   * attempt. Answers that say "not now" never reach the reader, all others do.
   */
  <T> T call(Call call, Reader<T> reader) throws IOException {
    Request request = new Request(call, call.isRead() ? reading : writing, deadline());
    return run(
        call,
        () -> {
          try (Answer answer = request.attempt()) {
            return reader.read(answer);
          }
        });
  }

  /** Where whoever reads an answer itself has a place from before it asks until it is done. */
  Lane downloads() {
    return downloads;
  }

  /**
   * Asks, as often as it takes, for an answer that the caller reads and closes itself. It has a
   * place among the {@link #downloads}.
   */
  Answer open(Call call) throws IOException {
    return run(call, new Request(call, Lane.OPEN, deadline())::attempt);
  }

  /**
   * Does something of several requests as often as it takes. Its calls should be made {@link
   * Call#once}: it knows better than they how to go on after a failure.
   */
  <T> T retrying(Call call, Retry.Attempt<T> work) throws IOException {
    try {
      return retry.run(call.toString(), work);
    } catch (IOException e) {
      throw Failures.inWords(call, name, e);
    }
  }

  /** Says something to an absolute address once, and does not mind if nobody answers. */
  void mention(Call call) {
    // Past the lane, which may be full of those whose end this is about.
    Request request = new Request(call, Lane.OPEN, System.nanoTime() + LITTLE_PATIENCE.toNanos());
    try (Answer answer = request.exchange(call.target(), authentication.header(call))) {
      options.log().debug("%s: mentioned, %d".formatted(call, answer.status()));
    } catch (IOException e) {
      options.log().debug("%s: %s".formatted(call, e.getMessage()));
    }
  }

  /**
   * Opens a connection for the first request that will come, where TLS is spoken and so takes its
   * time. Nothing is asked over it. A failure is for whoever has something to ask.
   */
  void connect() {
    Optional<URI> address = endpoint.encrypted();
    if (address.isEmpty() || retry.hasAnswered()) {
      return;
    }
    try {
      wire.connect(address.get(), System.nanoTime() + LITTLE_PATIENCE.toNanos());
      options.log().debug("%s: connected ahead".formatted(name));
    } catch (IOException | RuntimeException e) {
      options.log().debug("%s: not connected ahead: %s".formatted(name, e.getMessage()));
    }
  }

  private <T> T run(Call call, Retry.Attempt<T> attempt) throws IOException {
    return call.retried() ? retrying(call, attempt) : attempt.make();
  }

  private long deadline() {
    return System.nanoTime() + options.timeouts().total().toNanos();
  }

  /** A call on its way, in all attempts. */
  private final class Request {

    private final Call call;
    private final Lane lane;
    private final long deadline;

    /**
     * @param lane where each attempt needs a place
     * @param deadline for all attempts, in terms of {@link System#nanoTime}
     */
    Request(Call call, Lane lane, long deadline) {
      this.call = call;
      this.lane = lane;
      this.deadline = deadline;
    }

    Answer attempt() throws IOException {
      backoff.await();
      if (System.nanoTime() - deadline > 0) {
        throw refusals.broken(
            call,
            "did not do it within %d s, in all attempts"
                .formatted(options.timeouts().total().toSeconds()),
            "Check the network, or raise totalTimeout.");
      }
      Optional<String> header = authentication.header(call);
      Answer answer = send(header);
      if (answer.status() == 401 && call.scope().isPresent()) {
        answer = renewed(header, answer);
      }
      if (Refusals.isNotNow(answer.status())) {
        try (Answer notNow = answer) {
          throw refusals.notNow(call, notNow, time.now());
        }
      }
      return answer;
    }

    /** Answers the challenge of a 401, once. A fresh token that is refused too stays refused. */
    private Answer renewed(Optional<String> sent, Answer refusal) throws IOException {
      try (refusal) {
        requireOwn(call, refusal);
        if (!authentication.answer(call, refusal, sent)) {
          throw refused(call, refusal);
        }
      }
      Optional<String> header = authentication.header(call);
      if (!call.retried() && call.payload().length() > 0) {
        throw refusals.expired(call);
      }
      Answer second = send(header);
      if (second.status() == 401) {
        try (second) {
          requireOwn(call, second);
          throw refused(call, second);
        }
      }
      return second;
    }

    /** Sends it to where it belongs and from there to where it is sent. */
    private Answer send(Optional<String> header) throws IOException {
      Answer answer =
          inLane(
              () ->
                  call.target().isAbsolute()
                      ? exchange(call.target(), header)
                      : endpoint.reach(call.target(), to -> exchange(to, header)));
      for (int n = 0; isRedirect(call, answer); n++) {
        URI next = next(call, answer, n);
        answer.close();
        answer = inLane(() -> exchange(next, header));
      }
      return answer;
    }

    /** Makes an exchange; its place is left when the answer is closed. */
    private Answer inLane(Retry.Attempt<Answer> exchange) throws IOException {
      UploadStream.prepare(call.payload());
      lane.enter();
      boolean open = false;
      try {
        Answer answer = exchange.make();
        open = true;
        return answer.onClose(lane::leave);
      } finally {
        if (!open) {
          lane.leave();
        }
      }
    }

    private Answer exchange(URI address, Optional<String> header) throws IOException {
      Map<String, String> headers = new LinkedHashMap<>(call.headers());
      if (!isOwn(address, call)) {
        headers.remove(AUTHORIZATION);
      } else if (header.isPresent()) {
        headers.put(AUTHORIZATION, header.get());
      }
      if (address.getHost() == null || address.getPort() > MOST_PORT) {
        throw refusals.broken(
            call,
            "sends us to " + Origin.shown(address) + ", which names no host",
            "This is a fault of the registry; tell its operator.");
      }
      if (mustBeEncrypted(call) && !Origin.of(address).isEncrypted()) {
        throw refusals.broken(
            call,
            "sends us from https to " + Origin.shown(address),
            "Nothing goes over plain HTTP here; let the registry give https or relative addresses.");
      }
      Answer answer = wire.exchange(call.method(), address, headers, call.payload(), deadline);
      retry.answered();
      // Not formatted(), which takes a good part of the time that we take for a request.
      options.log().debug(call.method() + " " + Origin.shown(address) + ": " + answer.status());
      return answer;
    }
  }

  /** A host to which we were redirected has no business with our credentials. */
  private void requireOwn(Call call, Answer refusal) throws RegistryException {
    if (!isOwn(refusal.address(), call)) {
      throw refusals.broken(
          call,
          "redirects to %s, which wants credentials".formatted(Origin.shown(refusal.address())),
          "They are given to the registry itself only; check the registry's storage settings.");
    }
  }

  /** Where a call began with TLS, and where its host speaks TLS, it never goes on without. */
  private boolean mustBeEncrypted(Call call) {
    boolean startsSo = call.target().isAbsolute() && Origin.of(call.target()).isEncrypted();
    return startsSo || (call.scope().isPresent() && endpoint.isEncrypted());
  }

  /** Whether the body holds who we are, as it does when a token is asked for with another one. */
  private static boolean isSecretBody(Call call) {
    return call.scope().isEmpty() && call.payload().length() > 0;
  }

  /** Whether credentials for this call may go to the address. */
  private boolean isOwn(URI address, Call call) {
    return call.scope().isPresent()
        ? endpoint.is(address)
        : Origin.of(address).equals(Origin.of(call.target()));
  }

  /**
   * Reads may be sent elsewhere in any way, writes only in those that keep the method (RFC 9110,
   * section 15.4); a registry that answers a POST with 302 means the same.
   */
  private static boolean isRedirect(Call call, Answer answer) {
    int status = answer.status();
    return REDIRECTS.contains(status) && (call.isRead() || status != 303);
  }

  private URI next(Call call, Answer answer, int followed) throws IOException {
    if (followed == MOST_REDIRECTS) {
      answer.close();
      throw refusals.broken(call, "redirects without end", "Check the registry's address.");
    }
    Optional<URI> location = answer.location();
    if (location.isPresent() && isSecretBody(call) && !isOwn(location.get(), call)) {
      answer.close();
      throw refusals.broken(
          call,
          "sends us to " + Origin.shown(location.get()) + " with a secret that is for it alone",
          "No credentials were sent there; tell the operator of the token server.");
    }
    if (location.isEmpty() || !Set.of("http", "https").contains(location.get().getScheme())) {
      answer.close();
      throw refusals.broken(
          call, "redirects to nowhere", "This is a fault of the registry; tell its operator.");
    }
    return location.get();
  }
}
