package dev.multiarch.layer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Json;
import dev.multiarch.store.LayoutStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Remembers which layer came of which content. A key is made of what ends up in the layer, so
 * neither the time nor the place of a file counts, and two machines' caches combine by copying.
 */
public final class LayerCache {

  /** Changed whenever the same plan would give other bytes. */
  private static final String FORM = "tar+gzip-6 v1";

  private final Path folder;

  /**
   * @param root the folder of the cache; the layers' own is made in it
   */
  public LayerCache(Path root) {
    this.folder = root.resolve("layers");
  }

  Digest key(LayerPlan plan) throws IOException {
    MessageDigest key = Digest.sha256();
    update(key, FORM);
    byte[] buffer = new byte[TarWriter.BUFFER];
    for (Entry entry : plan.entries()) {
      update(key, entry.path());
      update(
          key,
          "%o %d %s".formatted(entry.mode(), entry.modified().getEpochSecond(), entry.owner()));
      if (entry.content() instanceof Entry.File file) {
        update(key, "file " + hash(file.source(), buffer));
      } else if (entry.content() instanceof Entry.Link link) {
        update(key, "link " + link.target());
      } else {
        update(key, "directory");
      }
    }
    return Digest.of(key);
  }

  private static void update(MessageDigest hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  private static Digest hash(Path file, byte[] buffer) throws IOException {
    MessageDigest hash = Digest.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
    return Digest.of(hash);
  }

  Optional<Layer> find(Digest key, String name) {
    try {
      ObjectNode json = Json.parseObject(Files.readAllBytes(folder.resolve(key.hex())));
      return Optional.of(
          new Layer(
              name,
              Descriptor.parse(json.get("blob")),
              Digest.parse(Json.requiredText(json, "diffId")),
              true));
    } catch (IOException | IllegalArgumentException e) {
      // Missing or unreadable: the layer is made and remembered anew.
      return Optional.empty();
    }
  }

  void remember(Digest key, Layer layer) throws IOException {
    ObjectNode json = Json.object();
    json.set("blob", layer.blob().json());
    json.put("diffId", layer.diffId().toString());
    LayoutStore.replace(folder.resolve(key.hex()), Json.compact(json));
  }
}
