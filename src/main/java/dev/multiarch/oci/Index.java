package dev.multiarch.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A list of manifests, one a platform (OCI image spec, image-index.md; Docker: manifest list).
 *
 * @param document the bytes that this was read from or printed to
 * @param manifests the arrows to the manifests, in the order of the document
 * @param annotations free notes
 */
public record Index(
    Document document, List<Descriptor> manifests, Map<String, String> annotations) {

  /**
   * Reads an index.
   *
   * @throws IllegalArgumentException if the document is not an index
   */
  public static Index of(Document document) {
    if (!document.isIndex()) {
      throw new IllegalArgumentException(
          "expected an image index, got a document of type " + document.mediaType());
    }
    JsonObject json = document.json();
    return new Index(
        document, Descriptor.parseAll(json, "manifests"), Json.textMap(json, "annotations"));
  }

  /** Prints an index of these manifests, in this order. */
  public static Index create(Format format, List<Descriptor> manifests) {
    JsonObject json = Json.object();
    json.addProperty("schemaVersion", 2);
    json.addProperty("mediaType", format.index());
    JsonArray array = Json.putArray(json, "manifests");
    for (Descriptor manifest : manifests) {
      array.add(manifest.json());
    }
    return of(Document.print(format.index(), json));
  }

  /**
   * The platforms that can be run. Entries such as buildkit's attestations, whose platform is
   * {@code unknown/unknown}, are none.
   */
  public List<Platform> platforms() {
    List<Platform> platforms = new ArrayList<>();
    for (Descriptor manifest : manifests) {
      Optional<Platform> platform = manifest.platform();
      if (platform.isPresent() && !platform.get().os().equals("unknown")) {
        platforms.add(platform.get());
      }
    }
    return List.copyOf(platforms);
  }

  /** The manifest that runs best on {@code wanted}; of equals the first, as containerd does. */
  public Optional<Descriptor> bestFor(Platform wanted) {
    Optional<Descriptor> best = Optional.empty();
    int least = Integer.MAX_VALUE;
    for (Descriptor manifest : manifests) {
      if (manifest.platform().isPresent()) {
        int distance = wanted.distanceTo(manifest.platform().get()).orElse(Integer.MAX_VALUE);
        if (distance < least) {
          best = Optional.of(manifest);
          least = distance;
        }
      }
    }
    return best;
  }
}
