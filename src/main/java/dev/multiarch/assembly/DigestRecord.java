package dev.multiarch.assembly;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one job says of the one platform it built: enough for another job to put it into an index
 * and to notice if it does not belong there.
 *
 * @param imageId which of the project's images
 * @param repository where the image is going
 * @param platform what it runs on
 * @param manifest media type, digest and size of its manifest
 * @param baseName how its base was asked for
 * @param baseDigest of its base's index, the same for every platform
 * @param project whose image it is
 * @param revision which sources it was built of
 * @param expected all platforms that the image is to have
 */
public record DigestRecord(
    String imageId,
    String repository,
    Platform platform,
    Descriptor manifest,
    Optional<String> baseName,
    Optional<String> baseDigest,
    Coordinates project,
    Optional<String> revision,
    List<Platform> expected) {

  /** The only form of a record that there has been. */
  static final int SCHEMA_VERSION = 1;

  private static final String SCHEMA_FIELD = "multiarchRecord";

  /** Whether a JSON document is a record at all, of whatever version. */
  public static boolean isRecord(JsonObject json) {
    return json.has(SCHEMA_FIELD);
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if it is none, or one of another version than this plugin's
   */
  public static DigestRecord parse(JsonObject json) {
    if (!isRecord(json)) {
      throw new IllegalArgumentException("it is not a digest record");
    }
    JsonElement version = json.get(SCHEMA_FIELD);
    if (!version.equals(new JsonPrimitive(SCHEMA_VERSION))) {
      throw new IllegalArgumentException(
          "it is a digest record of version %s, and this plugin reads version %d; use the same"
                  .formatted(version, SCHEMA_VERSION)
              + " version of the plugin in every job");
    }
    JsonObject base = Json.objectOrEmpty(json, "base");
    JsonObject project = Json.objectOrEmpty(json, "project");
    List<Platform> expected = new ArrayList<>();
    for (String platform : Json.texts(json, "platforms")) {
      expected.add(Platform.parse(platform));
    }
    return new DigestRecord(
        Json.requiredText(json, "image"),
        Json.requiredText(json, "repository"),
        Platform.parse(Json.requiredText(json, "platform")),
        Descriptor.parse(Json.requiredObject(json, "manifest")),
        Json.text(base, "name"),
        Json.text(base, "digest"),
        new Coordinates(
            Json.requiredText(project, "groupId"),
            Json.requiredText(project, "artifactId"),
            Json.requiredText(project, "version")),
        Json.text(json, "revision"),
        List.copyOf(expected));
  }

  /** The record as its file has it. */
  public JsonObject toJson() {
    JsonObject json = Json.object();
    json.addProperty(SCHEMA_FIELD, SCHEMA_VERSION);
    json.addProperty("image", imageId);
    json.addProperty("repository", repository);
    json.addProperty("platform", platform.toString());
    json.add("manifest", manifest.json());
    if (baseDigest.isPresent()) {
      JsonObject base = Json.putObject(json, "base");
      if (baseName.isPresent()) {
        base.addProperty("name", baseName.get());
      }
      base.addProperty("digest", baseDigest.get());
    }
    JsonObject coordinates = Json.putObject(json, "project");
    coordinates.addProperty("groupId", project.groupId());
    coordinates.addProperty("artifactId", project.artifactId());
    coordinates.addProperty("version", project.version());
    if (revision.isPresent()) {
      json.addProperty("revision", revision.get());
    }
    JsonArray platforms = Json.putArray(json, "platforms");
    for (Platform one : expected) {
      platforms.add(one.toString());
    }
    return json;
  }
}
