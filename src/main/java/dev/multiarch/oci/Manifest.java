package dev.multiarch.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * One platform's image: its config and its layers, lowest first (OCI image spec, manifest.md).
 *
 * @param document the bytes that this was read from or printed to
 * @param config the arrow to the image config
 * @param layers the arrows to the layers
 * @param annotations free notes
 */
public record Manifest(
    Document document,
    Descriptor config,
    List<Descriptor> layers,
    Map<String, String> annotations) {

  /** The digest of a base that an image was built on: of its index where it has one. */
  public static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

  /** The reference by which that base was asked for. */
  public static final String BASE_NAME = "org.opencontainers.image.base.name";

  /**
   * Reads a manifest.
   *
   * @throws IllegalArgumentException if the document is not a manifest of an image
   */
  public static Manifest of(Document document) {
    if (!MediaType.isManifest(document.mediaType())) {
      throw new IllegalArgumentException(
          "expected an image manifest, got a document of type " + document.mediaType());
    }
    JsonObject json = document.json();
    if (!json.has("config")) {
      throw new IllegalArgumentException("the manifest " + document.digest() + " has no config");
    }
    return new Manifest(
        document,
        Descriptor.parse(Json.requiredObject(json, "config")),
        Descriptor.parseAll(json, "layers"),
        Json.textMap(json, "annotations"));
  }

  /**
   * Prints a manifest.
   *
   * @param annotations left out of Docker's format, which has none
   */
  public static Manifest create(
      Format format, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
    JsonObject json = Json.object();
    json.addProperty("schemaVersion", 2);
    json.addProperty("mediaType", format.manifest());
    json.add("config", config.json());
    JsonArray array = Json.putArray(json, "layers");
    for (Descriptor layer : layers) {
      array.add(layer.json());
    }
    if (format == Format.OCI && !annotations.isEmpty()) {
      JsonObject notes = Json.putObject(json, "annotations");
      for (var note : annotations.entrySet()) {
        notes.addProperty(note.getKey(), note.getValue());
      }
    }
    return of(Document.print(format.manifest(), json));
  }
}
