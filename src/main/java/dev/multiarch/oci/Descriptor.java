package dev.multiarch.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    ObjectNode json) {

  /** A plain arrow. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    ObjectNode json = Json.object();
    json.put("mediaType", mediaType);
    json.put("size", size);
    json.put("digest", digest.toString());
    return parse(json);
  }

  /**
   * Reads a descriptor.
   *
   * @throws IllegalArgumentException if a required field is missing or malformed
   */
  public static Descriptor parse(JsonNode json) {
    if (!(json instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a descriptor is not an object");
    }
    JsonNode size = object.get("size");
    if (size == null || !size.isIntegralNumber() || size.longValue() < 0) {
      throw new IllegalArgumentException("a descriptor has no size");
    }
    JsonNode platform = object.path("platform");
    return new Descriptor(
        Json.requiredText(object, "mediaType"),
        Digest.parse(Json.requiredText(object, "digest")),
        size.longValue(),
        platform.isObject() ? Optional.of(parsePlatform(platform)) : Optional.empty(),
        Json.textMap(object, "annotations"),
        normal(object, size.longValue()));
  }

  /**
   * Reads the descriptors in an array field.
   *
   * @return none if the field is missing
   * @throws IllegalArgumentException if the field is no array, or something in it no descriptor
   */
  public static List<Descriptor> parseAll(JsonNode object, String field) {
    List<Descriptor> descriptors = new ArrayList<>();
    for (JsonNode one : Json.array(object, field)) {
      descriptors.add(parse(one));
    }
    return List.copyOf(descriptors);
  }

  /** The same number is the same node, whether it was read or set: descriptors are compared. */
  private static ObjectNode normal(ObjectNode object, long size) {
    return object.deepCopy().put("size", size);
  }

  private static Platform parsePlatform(JsonNode json) {
    return new Platform(
        Json.text(json, "os").orElse("unknown"),
        Json.text(json, "architecture").orElse("unknown"),
        Json.text(json, "variant"),
        Json.text(json, "os.version"));
  }

  /** This arrow, said to lead to content for {@code platform}. */
  public Descriptor withPlatform(Platform platform) {
    ObjectNode changed = json.deepCopy();
    ObjectNode value = changed.putObject("platform");
    value.put("architecture", platform.architecture());
    value.put("os", platform.os());
    if (platform.osVersion().isPresent()) {
      value.put("os.version", platform.osVersion().get());
    }
    if (platform.variant().isPresent()) {
      value.put("variant", platform.variant().get());
    }
    return parse(changed);
  }

  /** This arrow with one note more. */
  public Descriptor withAnnotation(String name, String text) {
    ObjectNode changed = json.deepCopy();
    changed.withObjectProperty("annotations").put(name, text);
    return parse(changed);
  }

  /** This arrow, to the same bytes under another media type. */
  public Descriptor withMediaType(String type) {
    ObjectNode changed = json.deepCopy();
    changed.put("mediaType", type);
    return parse(changed);
  }

  /** A copy: the object in this record is never changed. */
  @Override
  public ObjectNode json() {
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
