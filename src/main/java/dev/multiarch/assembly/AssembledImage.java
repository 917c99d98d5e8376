package dev.multiarch.assembly;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a run published and had not built, for scripts: the content of {@code image.json} then. It
 * is nothing for the goals that follow, whatever an earlier build has left in the layout beside it.
 *
 * @param repository where the image is
 * @param tags what it is called there
 */
public record AssembledImage(String repository, List<String> tags, Index index) {

  private static final String BUILT = "built";

  /** Whether the content of an {@code image.json} is one of these. */
  static boolean is(JsonObject json) {
    return json.has(BUILT) && !Json.isTrue(json, BUILT);
  }

  /** The image as its file has it: what {@link ImageSummary} has as well, and that it is none. */
  JsonObject toJson() {
    JsonObject json =
        ImageSummary.image(repository, tags, Optional.of(index.document().descriptor()));
    JsonArray platforms = Json.putArray(json, "platforms");
    for (Descriptor manifest : index.manifests()) {
      platforms.add(
          ImageSummary.platform(
              manifest.platform().orElseThrow(),
              Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size())));
    }
    json.addProperty(BUILT, false);
    json.addProperty("published", true);
    return json;
  }
}
