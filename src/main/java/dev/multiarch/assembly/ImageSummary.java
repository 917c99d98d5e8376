package dev.multiarch.assembly;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
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
 * @param baseDoubt why the image is not to be published on this base; empty if it may be
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
    Optional<String> baseDoubt,
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
  static ImageSummary parse(JsonObject json) {
    JsonObject base = Json.objectOrEmpty(json, "base");
    Optional<String> baseRepository = Json.text(base, "repository");
    List<Built> platforms = new ArrayList<>();
    for (JsonObject platform : Json.objects(json, "platforms")) {
      platforms.add(built(platform));
    }
    return new ImageSummary(
        Json.requiredText(json, "repository"),
        Json.texts(json, "tags"),
        json.has("index")
            ? Optional.of(Descriptor.parse(Json.requiredObject(json, "index")))
            : Optional.empty(),
        Json.requiredText(json, "created"),
        Json.text(base, "name"),
        Json.text(base, "digest"),
        baseRepository.isEmpty()
            ? Optional.empty()
            : Optional.of(Reference.parse(baseRepository.get())),
        Json.text(base, "doubt"),
        List.copyOf(platforms),
        Json.isTrue(json, "published"));
  }

  private static Built built(JsonObject json) {
    return new Built(
        Platform.parse(Json.requiredText(json, "platform")),
        Descriptor.parse(Json.requiredObject(json, "manifest")),
        Json.number(json, "size").orElse(0L),
        count(json, "baseLayers"));
  }

  private static int count(JsonObject json, String field) {
    long count = Json.number(json, field).orElse(0L);
    if (count < 0 || count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("field '" + field + "' is no count");
    }
    return (int) count;
  }

  /** The summary as its file has it. */
  JsonObject toJson() {
    JsonObject json = image(repository, tags, index);
    json.addProperty("created", created);
    JsonObject base = Json.object();
    if (baseName.isPresent()) {
      base.addProperty("name", baseName.get());
    }
    if (baseDigest.isPresent()) {
      base.addProperty("digest", baseDigest.get());
    }
    if (baseRepository.isPresent()) {
      base.addProperty("repository", baseRepository.get().name());
    }
    if (baseDoubt.isPresent()) {
      base.addProperty("doubt", baseDoubt.get());
    }
    if (!base.isEmpty()) {
      json.add("base", base);
    }
    JsonArray all = Json.putArray(json, "platforms");
    for (Built built : platforms) {
      JsonObject one = platform(built.platform(), built.manifest());
      one.addProperty("size", built.size());
      one.addProperty("baseLayers", built.baseLayers());
      all.add(one);
    }
    json.addProperty("published", published);
    return json;
  }

  /** What is said of every image. */
  static JsonObject image(String repository, List<String> tags, Optional<Descriptor> index) {
    JsonObject json = Json.object();
    json.addProperty("repository", repository);
    Json.putTexts(json, "tags", tags);
    Json.putTexts(json, "references", references(repository, tags));
    if (index.isPresent()) {
      json.addProperty("digest", index.get().digest().toString());
      json.add("index", index.get().json());
    }
    return json;
  }

  /** What is said of every platform. */
  static JsonObject platform(Platform platform, Descriptor manifest) {
    JsonObject json = Json.object();
    json.addProperty("platform", platform.toString());
    json.addProperty("digest", manifest.digest().toString());
    json.add("manifest", manifest.json());
    return json;
  }

  /** What the image can be pulled by, once it is published. */
  public List<String> references() {
    return references(repository, tags);
  }

  private static List<String> references(String repository, List<String> tags) {
    List<String> references = new ArrayList<>();
    for (String tag : tags) {
      references.add(repository + ":" + tag);
    }
    return List.copyOf(references);
  }

  /** The same, when these tags name it. */
  public ImageSummary asPublished(List<String> written) {
    return with(written, true);
  }

  /** The same, before any tag names it. */
  public ImageSummary asUnpublished() {
    return with(tags, false);
  }

  private ImageSummary with(List<String> names, boolean named) {
    return new ImageSummary(
        repository,
        names,
        index,
        created,
        baseName,
        baseDigest,
        baseRepository,
        baseDoubt,
        platforms,
        named);
  }
}
