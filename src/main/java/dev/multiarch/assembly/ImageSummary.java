package dev.multiarch.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import dev.multiarch.oci.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a build made, for the goals that follow and for scripts: the content of {@code image.json}.
 *
 * @param repository where the image is going
 * @param tags what it will be called there
 * @param index the image's index; empty if not all platforms were built
 * @param created the date the image bears, in ISO 8601
 * @param baseName how its base was asked for
 * @param baseDigest of its base's index
 * @param baseRepository where a registry may mount the base's layers from, as {@code
 *     registry/repository}
 * @param platforms what was built
 * @param published whether the tags name the index by now
 */
public record ImageSummary(
    String repository,
    List<String> tags,
    Optional<Descriptor> index,
    String created,
    Optional<String> baseName,
    Optional<String> baseDigest,
    Optional<Reference> baseRepository,
    List<Built> platforms,
    boolean published) {

  /**
   * One platform that was built.
   *
   * @param manifest the arrow to its manifest
   * @param size what has to be transferred to have it, in bytes
   * @param baseLayers how many of its layers are the base's, counted from the lowest
   */
  public record Built(Platform platform, Descriptor manifest, long size, int baseLayers) {}

  /**
   * Reads a summary.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ImageSummary parse(ObjectNode json) {
    JsonNode index = json.get("index");
    JsonNode base = json.path("base");
    Optional<String> baseRepository = Json.text(base, "repository");
    List<Built> platforms = new ArrayList<>();
    for (JsonNode platform : Json.array(json, "platforms")) {
      platforms.add(built(platform));
    }
    return new ImageSummary(
        Json.requiredText(json, "repository"),
        Json.texts(json, "tags"),
        index == null ? Optional.empty() : Optional.of(Descriptor.parse(index)),
        Json.requiredText(json, "created"),
        Json.text(base, "name"),
        Json.text(base, "digest"),
        baseRepository.isEmpty()
            ? Optional.empty()
            : Optional.of(Reference.parse(baseRepository.get())),
        List.copyOf(platforms),
        json.path("published").asBoolean());
  }

  private static Built built(JsonNode json) {
    return new Built(
        Platform.parse(Json.requiredText(json, "platform")),
        Descriptor.parse(json.path("manifest")),
        json.path("size").asLong(),
        json.path("baseLayers").asInt());
  }

  /** The summary as its file has it. */
  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("repository", repository);
    strings(json.putArray("tags"), tags);
    strings(json.putArray("references"), references());
    if (index.isPresent()) {
      json.put("digest", index.get().digest().toString());
      json.set("index", index.get().json());
    }
    json.put("created", created);
    ObjectNode base = Json.object();
    if (baseName.isPresent()) {
      base.put("name", baseName.get());
    }
    if (baseDigest.isPresent()) {
      base.put("digest", baseDigest.get());
    }
    if (baseRepository.isPresent()) {
      base.put("repository", baseRepository.get().name());
    }
    if (!base.isEmpty()) {
      json.set("base", base);
    }
    ArrayNode all = json.putArray("platforms");
    for (Built built : platforms) {
      ObjectNode one = all.addObject();
      one.put("platform", built.platform().toString());
      one.put("digest", built.manifest().digest().toString());
      one.put("size", built.size());
      one.put("baseLayers", built.baseLayers());
      one.set("manifest", built.manifest().json());
    }
    json.put("published", published);
    return json;
  }

  private static void strings(ArrayNode array, List<String> texts) {
    for (String text : texts) {
      array.add(text);
    }
  }

  /** What the image can be pulled by, once it is published. */
  public List<String> references() {
    List<String> references = new ArrayList<>();
    for (String tag : tags) {
      references.add(repository + ":" + tag);
    }
    return List.copyOf(references);
  }

  /** The same, after its tags have moved, or as it was before. */
  public ImageSummary asPublished(boolean moved) {
    return new ImageSummary(
        repository, tags, index, created, baseName, baseDigest, baseRepository, platforms, moved);
  }
}
