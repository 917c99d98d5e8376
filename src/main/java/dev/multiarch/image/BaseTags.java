package dev.multiarch.image;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the tags of bases named last. One file a tag: two machines' caches combine by copying. */
final class BaseTags {

  private final Path folder;

  BaseTags(Path cache) {
    this.folder = cache.resolve("bases");
  }

  /** Whether there is an answer of an earlier time, which need not be readable. */
  boolean isKnown(Reference reference) {
    return Files.exists(file(reference));
  }

  Optional<Descriptor> last(Reference reference) {
    try {
      JsonObject json = Json.parseObject(Files.readAllBytes(file(reference)));
      return Optional.of(Descriptor.parse(Json.requiredObject(json, "descriptor")));
    } catch (IOException | IllegalArgumentException e) {
      // Missing or unreadable: the registry is asked, and the answer remembered anew.
      return Optional.empty();
    }
  }

  void remember(Reference reference, Descriptor descriptor) throws IOException {
    if (last(reference).equals(Optional.of(descriptor))) {
      return;
    }
    JsonObject json = Json.object();
    json.addProperty("reference", reference.toString());
    json.add("descriptor", descriptor.json());
    WholeFile.write(file(reference), Json.compact(json));
  }

  private Path file(Reference reference) {
    return folder.resolve(Digest.of(reference.toString()).hex() + ".json");
  }
}
