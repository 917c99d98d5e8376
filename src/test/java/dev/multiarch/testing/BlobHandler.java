package dev.multiarch.testing;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs: spec "Pulling blobs" and "Deleting Blobs", and the storage that reads are sent to. */
final class BlobHandler {
  private static final String OCTETS = "application/octet-stream";

  private static final Pattern FROM = Pattern.compile("bytes=(\\d{1,9})-");

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
    return found(request, digest, content.get());
  }

  /** Answers as an object store with signed URLs does, which takes one authorization only. */
  HttpAnswer answerFromStorage(HttpRequest request, Route route) {
    if (request.header("Authorization").isPresent()) {
      return HttpAnswer.error(400, "InvalidArgument", "only one auth mechanism allowed");
    }
    String digest = route.reference();
    return state
        .blobOfAnyRepository(digest)
        .map(content -> part(request, content).withHeader("Content-Type", OCTETS))
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

  private HttpAnswer found(HttpRequest request, String digest, byte[] content) {
    return part(request, content)
        .withHeader("Content-Type", OCTETS)
        .withHeader("Docker-Content-Digest", digest);
  }

  /** The whole, or what is left from the byte on that the request names. */
  private HttpAnswer part(HttpRequest request, byte[] content) {
    Matcher range = FROM.matcher(request.header("Range").orElse(""));
    if (!options.ranges || !range.matches()) {
      return HttpAnswer.of(200).withBody(content);
    }
    int first = Integer.parseInt(range.group(1));
    return first >= content.length
        ? HttpAnswer.of(416).withHeader("Content-Range", "bytes */" + content.length)
        : HttpAnswer.of(206)
            .withHeader(
                "Content-Range",
                "bytes %d-%d/%d".formatted(first, content.length - 1, content.length))
            .withBody(Arrays.copyOfRange(content, first, content.length));
  }

  private static HttpAnswer unknown(String digest) {
    return HttpAnswer.error(404, "BLOB_UNKNOWN", "blob unknown to registry: " + digest);
  }
}
