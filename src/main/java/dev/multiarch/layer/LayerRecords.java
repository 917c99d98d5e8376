package dev.multiarch.layer;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which layer came of which content: a file {@code <outline>/<key>} per layer, as {@link Snapshot}
 * names them. They mean the same on every machine, so two caches combine by copying.
 */
final class LayerRecords {

  private final Path folder;

  LayerRecords(Path folder) {
    this.folder = folder;
  }

  /** Whether there was ever a layer of this outline; if not, no key of it needs to be found. */
  boolean holdAnyOf(Digest outline) {
    return Files.isDirectory(folder.resolve(outline.hex()));
  }

  /**
   * @param name the name that the layer is to have
   */
  Optional<Layer> find(Digest outline, Digest key, String name) {
    return read(file(outline, key), name);
  }

  /** Reads a record; one that is missing or damaged is none. */
  static Optional<Layer> read(Path file, String name) {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file));
      Descriptor blob = Descriptor.parse(Json.requiredObject(json, "blob"));
      return Optional.of(
          new Layer(name, blob, Digest.parse(Json.requiredText(json, "diffId")), true));
    } catch (IOException | IllegalArgumentException e) {
      // The layer is made and remembered anew.
      return Optional.empty();
    }
  }

  void put(Digest outline, Digest key, Layer layer) throws IOException {
    JsonObject json = Json.object();
    json.add("blob", layer.blob().json());
    json.addProperty("diffId", layer.diffId().toString());
    WholeFile.write(file(outline, key), Json.compact(json));
  }

  private Path file(Digest outline, Digest key) {
    return folder.resolve(outline.hex()).resolve(key.hex());
  }
}
