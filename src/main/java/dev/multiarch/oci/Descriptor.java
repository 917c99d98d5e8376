package dev.multiarch.oci;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An arrow to content: what it is, how large, and which (OCI image spec, descriptor.md).
 *
 * @param mediaType what the content is
 * @param digest which content
 * @param size its length in bytes
 * @param platform what it runs on, where the arrow starts at an index
 * @param annotations free notes
 * @param json the whole object, with the fields that this type does not know ({@code urls}, {@code
 *     artifactType}, {@code data}, …)
 */
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations,
    JsonObject json) {

  /** A plain arrow. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    JsonObject json = Json.object();
    json.addProperty("mediaType", mediaType);
    json.addProperty("size", size);
    json.addProperty("digest", digest.toString());
    return parse(json);
  }

  /**
   * Reads a descriptor.
   *
   * @throws IllegalArgumentException if a required field is missing or malformed
   */
  public static Descriptor parse(JsonObject json) {
    Optional<Long> size = Json.number(json, "size");
    if (size.isEmpty() || size.get() < 0) {
      throw new IllegalArgumentException("a descriptor has no size");
    }
    return new Descriptor(
        Json.requiredText(json, "mediaType"),
        Digest.parse(Json.requiredText(json, "digest")),
        size.get(),
        json.get("platform") instanceof JsonObject platform
            ? Optional.of(parsePlatform(platform))
            : Optional.empty(),
        Json.textMap(json, "annotations"),
        json.deepCopy());
  }

  /**
   * Reads the descriptors in an array field.
   *
   * @return none if the field is missing
   * @throws IllegalArgumentException if the field is no array, or something in it no descriptor
   */
  public static List<Descriptor> parseAll(JsonObject object, String field) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonObject one : Json.objects(object, field)) {
      descriptors.add(parse(one));
    }
    return List.copyOf(descriptors);
  }

  private static Platform parsePlatform(JsonObject json) {
    return new Platform(
        Json.text(json, "os").orElse("unknown"),
        Json.text(json, "architecture").orElse("unknown"),
        Json.text(json, "variant"),
        Json.text(json, "os.version"));
  }

  /** This arrow, said to lead to content for {@code platform}. */
  public Descriptor withPlatform(Platform platform) {
    JsonObject changed = json.deepCopy();
    JsonObject value = Json.putObject(changed, "platform");
    value.addProperty("architecture", platform.architecture());
    value.addProperty("os", platform.os());
    if (platform.osVersion().isPresent()) {
      value.addProperty("os.version", platform.osVersion().get());
    }
    if (platform.variant().isPresent()) {
      value.addProperty("variant", platform.variant().get());
    }
    return parse(changed);
  }

  /** This arrow with one note more. */
  public Descriptor withAnnotation(String name, String text) {
    JsonObject changed = json.deepCopy();
    Json.objectIn(changed, "annotations").addProperty(name, text);
    return parse(changed);
  }

  /** This arrow, to the same bytes under another media type. */
  public Descriptor withMediaType(String type) {
    JsonObject changed = json.deepCopy();
    changed.addProperty("mediaType", type);
    return parse(changed);
  }

  /** A copy: the object in this record is never changed. */
  @Override
  public JsonObject json() {
    return json.deepCopy();
  }

  /** Whether both lead to the same bytes. */
  public boolean sameContent(Descriptor other) {
    return digest.equals(other.digest) && size == other.size;
  }

  // Not the record's own, for the reason that Digest gives. All else is read from the object.

  @Override
  public boolean equals(Object other) {
    return other instanceof Descriptor descriptor && json.equals(descriptor.json);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return mediaType + " " + digest + " (" + size + " bytes)";
  }
}
