package dev.multiarch.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Manifests, tags and referrers: spec "Pushing Manifests", "Content Discovery" and their kin. */
final class ManifestHandler {
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RegistryState state;
  private final RegistryOptions options;

  ManifestHandler(RegistryState state, RegistryOptions options) {
    this.state = state;
    this.options = options;
  }

  HttpAnswer answer(HttpRequest request, Route route) throws IOException {
    return switch (request.method()) {
      case "GET", "HEAD" -> get(request, route);
      case "PUT" -> put(request, route);
      case "DELETE" -> delete(route);
      default -> HttpAnswer.error(405, "UNSUPPORTED", request.method() + " of a manifest");
    };
  }

  /** Lists tags in lexical order, in pages where {@code n} asks for it; spec "Listing Tags". */
  HttpAnswer tags(HttpRequest request, Route route) {
    String repository = route.repository();
    if (!state.exists(repository)) {
      return HttpAnswer.error(404, "NAME_UNKNOWN", "repository name not known to registry");
    }
    String after = request.parameter("last").orElse("");
    List<String> rest =
        state.tags(repository).keySet().stream().filter(tag -> tag.compareTo(after) > 0).toList();
    int size = request.parameter("n").map(Integer::parseInt).orElse(rest.size());
    List<String> page = rest.subList(0, Math.min(size, rest.size()));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", repository);
    body.put("tags", page);
    HttpAnswer answer = HttpAnswer.json(200, body);
    if (page.size() == rest.size() || page.isEmpty()) {
      return answer;
    }
    String next = "</v2/%s/tags/list?n=%d&last=%s>; rel=\"next\"";
    return answer.withHeader("Link", next.formatted(repository, size, page.get(page.size() - 1)));
  }

  /** Spec "Listing Referrers": an index of the manifests whose subject is the digest. */
  HttpAnswer referrers(Route route) throws IOException {
    if (!options.referrers) {
      return HttpAnswer.error(404, "UNSUPPORTED", "no referrers here");
    }
    ArrayNode manifests = JSON.createArrayNode();
    for (StoredManifest manifest : state.manifests(route.repository())) {
      JsonNode json = JSON.readTree(manifest.content());
      if (json.path("subject").path("digest").asText().equals(route.reference())) {
        manifests.add(descriptor(manifest, json));
      }
    }
    String index = "application/vnd.oci.image.index.v1+json";
    ObjectNode body = JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", index);
    body.set("manifests", manifests);
    return HttpAnswer.json(200, body).withOther("Content-Type", index);
  }

  private static ObjectNode descriptor(StoredManifest manifest, JsonNode json) {
    String configType = json.path("config").path("mediaType").asText();
    ObjectNode descriptor =
        JSON.createObjectNode()
            .put("mediaType", manifest.mediaType())
            .put("digest", manifest.digest())
            .put("size", manifest.content().length)
            .put("artifactType", json.path("artifactType").asText(configType));
    if (json.has("annotations")) {
      descriptor.set("annotations", json.get("annotations"));
    }
    return descriptor;
  }

  private HttpAnswer get(HttpRequest request, Route route) {
    Optional<String> digest = state.resolve(route.repository(), route.reference());
    Optional<StoredManifest> found = digest.flatMap(d -> state.manifest(route.repository(), d));
    if (found.isEmpty() || !isAccepted(request, found.get().mediaType())) {
      return unknown(route);
    }
    return HttpAnswer.of(200)
        .withHeader("Content-Type", found.get().mediaType())
        .withHeader("Docker-Content-Digest", digest.get())
        .withBody(found.get().content());
  }

  private boolean isAccepted(HttpRequest request, String mediaType) {
    List<String> accepts = request.headers().getOrDefault("Accept", List.of());
    return !options.acceptRespected
        || accepts.isEmpty()
        || accepts.stream()
            .flatMap(header -> List.of(header.split(",")).stream())
            .map(range -> range.split(";")[0].trim())
            .anyMatch(range -> range.equals(mediaType) || range.equals("*/*"));
  }

  private HttpAnswer put(HttpRequest request, Route route) throws IOException {
    byte[] content = request.body();
    Optional<HttpAnswer> refusal = refusal(request, route, content);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    String repository = route.repository();
    String reference = route.reference();
    boolean byDigest = Digests.isDigest(reference);
    String digest = byDigest ? reference : Digests.sha256(content);
    String mediaType = request.header("Content-Type").orElseThrow();
    state.putManifest(repository, digest, new StoredManifest(mediaType, content));
    if (!byDigest) {
      state.tagWithLag(repository, reference, digest, options.tagLag);
    }
    HttpAnswer created =
        HttpAnswer.of(201)
            .withHeader("Location", "/v2/" + repository + "/manifests/" + digest)
            .withHeader("Docker-Content-Digest", digest);
    String subject = JSON.readTree(content).path("subject").path("digest").asText();
    return options.referrers && !subject.isEmpty()
        ? created.withHeader("OCI-Subject", subject)
        : created;
  }

  private Optional<HttpAnswer> refusal(HttpRequest request, Route route, byte[] content) {
    String reference = route.reference();
    boolean byDigest = Digests.isDigest(reference);
    if (!byDigest && !TAG.matcher(reference).matches()) {
      return Optional.of(HttpAnswer.error(400, "TAG_INVALID", "not a tag: " + reference));
    }
    if (byDigest && !Digests.matches(reference, content)) {
      return Optional.of(
          HttpAnswer.error(400, "DIGEST_INVALID", "provided digest did not match the manifest"));
    }
    JsonNode json;
    try {
      json = JSON.readTree(content);
    } catch (IOException notJson) {
      return Optional.of(HttpAnswer.error(400, "MANIFEST_INVALID", "not JSON"));
    }
    Optional<String> type = request.header("Content-Type");
    if (type.isEmpty() || !json.path("mediaType").asText(type.get()).equals(type.get())) {
      return Optional.of(
          HttpAnswer.error(400, "MANIFEST_INVALID", "mediaType and Content-Type differ"));
    }
    List<String> missing =
        options.referencesChecked ? missing(route.repository(), json) : List.of();
    if (!missing.isEmpty()) {
      String message = "not in this repository: " + String.join(", ", missing);
      return Optional.of(HttpAnswer.error(400, "MANIFEST_BLOB_UNKNOWN", message));
    }
    return byDigest ? Optional.empty() : immutability(route, content);
  }

  private Optional<HttpAnswer> immutability(Route route, byte[] content) {
    Optional<String> before = state.taggedDigest(route.repository(), route.reference());
    boolean same = before.equals(Optional.of(Digests.sha256(content)));
    if (options.immutableStatus == 0
        || before.isEmpty()
        || (same && !options.immutableRefusesSame)) {
      return Optional.empty();
    }
    String message =
        "The image tag '%s' already exists in the '%s' repository and cannot be overwritten because"
            + " the tag is immutable.";
    return Optional.of(
        HttpAnswer.error(
            options.immutableStatus,
            "TAG_INVALID",
            message.formatted(route.reference(), route.repository())));
  }

  /** Returns the digests that a manifest names and the repository has not. */
  private List<String> missing(String repository, JsonNode manifest) {
    List<String> missing = new ArrayList<>();
    List<JsonNode> blobs = new ArrayList<>();
    manifest.path("layers").forEach(blobs::add);
    if (manifest.has("config")) {
      blobs.add(manifest.get("config"));
    }
    for (JsonNode blob : blobs) {
      String digest = blob.path("digest").asText();
      boolean foreign = blob.has("urls") || blob.path("mediaType").asText().contains("foreign");
      if (!foreign && state.blob(repository, digest).isEmpty()) {
        missing.add(digest);
      }
    }
    for (JsonNode child : manifest.path("manifests")) {
      String digest = child.path("digest").asText();
      if (state.manifest(repository, digest).isEmpty()) {
        missing.add(digest);
      }
    }
    return missing;
  }

  private HttpAnswer delete(Route route) {
    if (!options.deletions) {
      return HttpAnswer.error(405, "UNSUPPORTED", "deletion is switched off");
    }
    return state.deleteManifest(route.repository(), route.reference())
        ? HttpAnswer.of(202)
        : unknown(route);
  }

  private static HttpAnswer unknown(Route route) {
    return HttpAnswer.error(
        404,
        "MANIFEST_UNKNOWN",
        "manifest unknown: " + route.repository() + " " + route.reference());
  }
}
