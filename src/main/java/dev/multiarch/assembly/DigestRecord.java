package dev.multiarch.assembly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  public static boolean isRecord(ObjectNode json) {
    return json.has(SCHEMA_FIELD);
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException if it is none, or one of another version than this plugin's
   */
  public static DigestRecord parse(ObjectNode json) {
    if (!isRecord(json)) {
      throw new IllegalArgumentException("it is not a digest record");
    }
    JsonNode version = json.get(SCHEMA_FIELD);
    if (!version.isInt() || version.intValue() != SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "it is a digest record of version %s, and this plugin reads version %d; use the same"
                  .formatted(version, SCHEMA_VERSION)
              + " version of the plugin in every job");
    }
    JsonNode base = json.path("base");
    JsonNode project = json.path("project");
    List<Platform> expected = new ArrayList<>();
    for (String platform : Json.texts(json, "platforms")) {
      expected.add(Platform.parse(platform));
    }
    return new DigestRecord(
        Json.requiredText(json, "image"),
        Json.requiredText(json, "repository"),
        Platform.parse(Json.requiredText(json, "platform")),
        Descriptor.parse(json.path("manifest")),
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
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put(SCHEMA_FIELD, SCHEMA_VERSION);
    json.put("image", imageId);
    json.put("repository", repository);
    json.put("platform", platform.toString());
    json.set("manifest", manifest.json());
    if (baseDigest.isPresent()) {
      ObjectNode base = json.putObject("base");
      if (baseName.isPresent()) {
        base.put("name", baseName.get());
      }
      base.put("digest", baseDigest.get());
    }
    ObjectNode coordinates = json.putObject("project");
    coordinates.put("groupId", project.groupId());
    coordinates.put("artifactId", project.artifactId());
    coordinates.put("version", project.version());
    if (revision.isPresent()) {
      json.put("revision", revision.get());
    }
    ArrayNode platforms = json.putArray("platforms");
    for (Platform one : expected) {
      platforms.add(one.toString());
    }
    return json;
  }
}
