package dev.multiarch.testing;

import dev.multiarch.testing.RegistryState.Session;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads of blobs: spec "Pushing Blobs" and "Mounting a blob from another repository". */
final class UploadHandler {
  private static final Pattern RANGE = Pattern.compile("(?:bytes )?(\\d+)-(\\d+)(?:/.*)?");

  private final RegistryState state;
  private final RegistryOptions options;
  private final Supplier<String> storageUrl;

  /** Tells whether a request may read a repository that it wants to mount from. */
  private final BiPredicate<HttpRequest, String> mayRead;

  UploadHandler(
      RegistryState state,
      RegistryOptions options,
      Supplier<String> storageUrl,
      BiPredicate<HttpRequest, String> mayRead) {
    this.state = state;
    this.options = options;
    this.storageUrl = storageUrl;
    this.mayRead = mayRead;
  }

  HttpAnswer answer(HttpRequest request, Route route) throws IOException {
    if (request.method().equals("POST")) {
      return post(request, route.repository());
    }
    Optional<Session> session = state.session(route.repository(), route.reference());
    if (session.isEmpty()) {
      return HttpAnswer.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
    }
    return switch (request.method()) {
      case "GET" -> progress(request, session.get(), 204);
      case "PATCH" -> patch(request, session.get());
      case "PUT" -> put(request, session.get());
      case "DELETE" -> cancel(session.get());
      default -> HttpAnswer.error(405, "UNSUPPORTED", request.method() + " of an upload");
    };
  }

  private HttpAnswer post(HttpRequest request, String repository) throws IOException {
    Optional<String> mounted = request.parameter("mount");
    if (mounted.isPresent()) {
      String digest = mounted.get();
      Optional<byte[]> source = mountSource(request, repository, digest);
      if (source.isPresent()) {
        state.putBlob(repository, digest, source.get());
        return created(repository, digest);
      }
    }
    Optional<String> digest = request.parameter("digest");
    if (digest.isPresent() && options.monolithicPost) {
      byte[] content = request.body();
      if (!Digests.matches(digest.get(), content)) {
        return digestInvalid();
      }
      state.putBlob(repository, digest.get(), content);
      return created(repository, digest.get());
    }
    HttpAnswer opened = progress(request, state.open(repository), 202);
    return options.chunkMinLength > 0
        ? opened.withHeader("OCI-Chunk-Min-Length", Long.toString(options.chunkMinLength))
        : opened;
  }

  private Optional<byte[]> mountSource(HttpRequest request, String repository, String digest) {
    if (!options.mounts) {
      return Optional.empty();
    }
    if (options.mountsFromAnywhere) {
      return state.blobOfAnyRepository(digest);
    }
    return request
        .parameter("from")
        .filter(from -> options.mountsOfSelf || !from.equals(repository))
        .filter(from -> mayRead.test(request, from))
        .flatMap(from -> state.blob(from, digest));
  }

  private HttpAnswer patch(HttpRequest request, Session session) throws IOException {
    return receive(request, session).orElseGet(() -> progress(request, session, 202));
  }

  private HttpAnswer put(HttpRequest request, Session session) throws IOException {
    Optional<String> digest = request.parameter("digest");
    if (digest.isEmpty() || !Digests.isDigest(digest.get())) {
      return digestInvalid();
    }
    Optional<HttpAnswer> refusal =
        options.bodyOfLastPut ? receive(request, session) : Optional.empty();
    if (refusal.isPresent()) {
      return refusal.get();
    }
    byte[] content = state.content(session);
    if (!state.close(session)) {
      return HttpAnswer.error(404, "BLOB_UPLOAD_UNKNOWN", "blob upload finished meanwhile");
    }
    if (!Digests.matches(digest.get(), content)) {
      return digestInvalid();
    }
    state.putBlob(session.repository(), digest.get(), content);
    return created(session.repository(), digest.get());
  }

  private HttpAnswer cancel(Session session) {
    state.close(session);
    return HttpAnswer.of(204);
  }

  /** Takes a body into a session, or says why not. */
  private Optional<HttpAnswer> receive(HttpRequest request, Session session) throws IOException {
    if (options.locationQuery
        && !request.parameter("_state").equals(Optional.of(state.stateOf(session)))) {
      return Optional.of(
          HttpAnswer.error(
              400, "BLOB_UPLOAD_INVALID", "not sent to the Location of the answer before"));
    }
    long offset = state.received(session);
    Optional<HttpAnswer> refusal = rangeRefusal(request, session, offset);
    if (refusal.isPresent()) {
      return refusal;
    }
    if (request.hasBody() && state.isShortChunkSeen(session)) {
      return Optional.of(
          HttpAnswer.error(400, "SIZE_INVALID", "a chunk before this one was too short"));
    }
    try {
      byte[] body = request.body();
      if (request.method().equals("PATCH") && body.length < options.chunkMinLength) {
        state.shortChunkSeen(session);
      }
      return state.append(session, offset, body)
          ? Optional.empty()
          : Optional.of(notContiguous(request, session));
    } catch (TruncatedBodyException e) {
      // What came before the connection broke is kept: GET tells the client from where to go on.
      state.append(session, offset, e.received());
      throw e;
    }
  }

  private Optional<HttpAnswer> rangeRefusal(HttpRequest request, Session session, long offset) {
    Optional<String> header = request.header("Content-Range");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher range = RANGE.matcher(header.get());
    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
      return Optional.of(notContiguous(request, session));
    }
    long announced = Long.parseLong(range.group(2)) - offset + 1;
    if (!request.isChunked() && announced != request.contentLength()) {
      return Optional.of(
          HttpAnswer.error(400, "SIZE_INVALID", "Content-Range and Content-Length differ"));
    }
    return Optional.empty();
  }

  /** Spec: an out-of-order chunk MUST be answered with 416; the client asks for the progress. */
  private HttpAnswer notContiguous(HttpRequest request, Session session) {
    return progress(request, session, 416);
  }

  /** An empty session has the range 0-0, as a session of one byte: registries really do that. */
  private HttpAnswer progress(HttpRequest request, Session session, int status) {
    long last = Math.max(0, state.received(session) - 1);
    return HttpAnswer.of(status)
        .withHeader("Location", location(request, session))
        .withHeader("Range", "0-" + last)
        .withHeader("Docker-Upload-UUID", session.id());
  }

  private String location(HttpRequest request, Session session) {
    String host =
        switch (options.location) {
          case RELATIVE -> "";
          case ABSOLUTE -> request.origin();
          case STORAGE -> storageUrl.get();
        };
    String query = options.locationQuery ? "?_state=" + state.stateOf(session) : "";
    return host + "/v2/" + session.repository() + "/blobs/uploads/" + session.id() + query;
  }

  private static HttpAnswer created(String repository, String digest) {
    return HttpAnswer.of(201)
        .withHeader("Location", "/v2/" + repository + "/blobs/" + digest)
        .withHeader("Docker-Content-Digest", digest);
  }

  private static HttpAnswer digestInvalid() {
    return HttpAnswer.error(
        400, "DIGEST_INVALID", "provided digest did not match uploaded content");
  }
}
