package dev.multiarch.testing;

import java.util.Optional;
import java.util.function.Supplier;

/** Blobs: spec "Pulling blobs" and "Deleting Blobs", and the storage that reads are sent to. */
final class BlobHandler {
  private static final String OCTETS = "application/octet-stream";

  private final RegistryState state;
  private final RegistryOptions options;
  private final Supplier<String> storageUrl;

  BlobHandler(RegistryState state, RegistryOptions options, Supplier<String> storageUrl) {
    this.state = state;
    this.options = options;
    this.storageUrl = storageUrl;
  }

  HttpAnswer answer(HttpRequest request, Route route) {
    String digest = route.reference();
    if (!Digests.isDigest(digest)) {
      return HttpAnswer.error(400, "DIGEST_INVALID", "not a digest: " + digest);
    }
    if (request.method().equals("DELETE")) {
      return delete(route);
    }
    Optional<byte[]> content = state.blob(route.repository(), digest);
    if (content.isEmpty()) {
      return unknown(digest);
    }
    if (options.blobRedirects && !request.isHead()) {
      String location = storageUrl.get() + "/storage/" + digest + "?X-Signature=signed";
      return HttpAnswer.of(307).withHeader("Location", location);
    }
    return found(digest, content.get());
  }

  /** Answers as an object store with signed URLs does, which takes one authorization only. */
  HttpAnswer answerFromStorage(HttpRequest request, Route route) {
    if (request.header("Authorization").isPresent()) {
      return HttpAnswer.error(400, "InvalidArgument", "only one auth mechanism allowed");
    }
    String digest = route.reference();
    return state
        .blobOfAnyRepository(digest)
        .map(content -> HttpAnswer.of(200).withHeader("Content-Type", OCTETS).withBody(content))
        .orElseGet(() -> unknown(digest));
  }

  private HttpAnswer delete(Route route) {
    if (!options.deletions) {
      return HttpAnswer.error(405, "UNSUPPORTED", "deletion is switched off");
    }
    return state.deleteBlob(route.repository(), route.reference())
        ? HttpAnswer.of(202)
        : unknown(route.reference());
  }

  private static HttpAnswer found(String digest, byte[] content) {
    return HttpAnswer.of(200)
        .withHeader("Content-Type", OCTETS)
        .withHeader("Docker-Content-Digest", digest)
        .withBody(content);
  }

  private static HttpAnswer unknown(String digest) {
    return HttpAnswer.error(404, "BLOB_UNKNOWN", "blob unknown to registry: " + digest);
  }
}
