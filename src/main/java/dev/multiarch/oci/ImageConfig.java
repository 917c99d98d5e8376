package dev.multiarch.oci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a runtime must know to start an image (OCI image spec, config.md). A change gives a new
 * config; everything that was not changed stays, also what the spec does not name ({@code OnBuild},
 * {@code Shell}, {@code Healthcheck}, …).
 */
public final class ImageConfig {

  private final JsonObject json;

  private ImageConfig(JsonObject json) {
    this.json = json;
  }

  /** The config of an image without layers: what {@code FROM scratch} stands for. */
  public static ImageConfig empty() {
    return new ImageConfig(Json.object());
  }

  /**
   * Reads a config.
   *
   * @throws IllegalArgumentException if the bytes are not a JSON object
   */
  public static ImageConfig parse(byte[] bytes) {
    return new ImageConfig(Json.parseObject(bytes));
  }

  /** The bytes whose digest a manifest names. */
  public byte[] bytes() {
    return Json.compact(json);
  }

  /** The platform that the config says it runs on. */
  public Platform platform() {
    return new Platform(
        Json.text(json, "os").orElse("unknown"),
        Json.text(json, "architecture").orElse("unknown"),
        Json.text(json, "variant"),
        Json.text(json, "os.version"));
  }

  /** The digests of the uncompressed layers, lowest first. */
  public List<Digest> diffIds() {
    List<Digest> diffIds = new ArrayList<>();
    for (String diffId : Json.texts(Json.objectOrEmpty(json, "rootfs"), "diff_ids")) {
      diffIds.add(Digest.parse(diffId));
    }
    return List.copyOf(diffIds);
  }

  /** The environment, as {@code NAME=value}. */
  public List<String> environment() {
    return Json.texts(settings(), "Env");
  }

  public List<String> entrypoint() {
    return Json.texts(settings(), "Entrypoint");
  }

  public List<String> command() {
    return Json.texts(settings(), "Cmd");
  }

  /** The labels, in the order of the config. */
  public Map<String, String> labels() {
    return Json.textMap(settings(), "Labels");
  }

  private JsonObject settings() {
    return Json.objectOrEmpty(json, "config");
  }

  /** What the history says of each layer, lowest first: its comment, else what made it. */
  public List<String> layerComments() {
    List<String> comments = new ArrayList<>();
    for (JsonObject entry : Json.objects(json, "history")) {
      if (!Json.isTrue(entry, "empty_layer")) {
        Optional<String> comment = Json.text(entry, "comment");
        comments.add(
            comment.isPresent() ? comment.get() : Json.text(entry, "created_by").orElse(""));
      }
    }
    return List.copyOf(comments);
  }

  /**
   * This config for {@code platform}. A variant of the base stays where the platform has none:
   * {@code linux/arm64} is what a base calls {@code arm64}, variant {@code v8}.
   */
  public ImageConfig withPlatform(Platform platform) {
    JsonObject root = json.deepCopy();
    root.addProperty("architecture", platform.architecture());
    root.addProperty("os", platform.os());
    if (platform.variant().isPresent()) {
      root.addProperty("variant", platform.variant().get());
    }
    if (platform.osVersion().isPresent() && !root.has("os.version")) {
      root.addProperty("os.version", platform.osVersion().get());
    }
    return new ImageConfig(root);
  }

  /** This config with another date of making. */
  public ImageConfig withCreated(Instant created) {
    JsonObject root = json.deepCopy();
    root.addProperty("created", created.toString());
    return new ImageConfig(root);
  }

  /** This config with the settings of a container changed. */
  public ImageConfig withSettings(Consumer<JsonObject> change) {
    JsonObject root = json.deepCopy();
    change.accept(Json.objectIn(root, "config"));
    return new ImageConfig(root);
  }

  /**
   * This config with one layer more on top.
   *
   * @param diffId the digest of the layer's uncompressed bytes
   * @param comment what the layer holds, for {@code docker history}
   */
  public ImageConfig withLayer(Digest diffId, Instant created, String createdBy, String comment) {
    JsonObject root = json.deepCopy();
    JsonObject rootfs = Json.objectIn(root, "rootfs");
    rootfs.addProperty("type", "layers");
    Json.arrayIn(rootfs, "diff_ids").add(diffId.toString());
    JsonObject entry = Json.object();
    entry.addProperty("created", created.toString());
    entry.addProperty("created_by", createdBy);
    entry.addProperty("comment", comment);
    Json.arrayIn(root, "history").add(entry);
    return new ImageConfig(root);
  }

  /**
   * This config with a history that has an entry for each layer: bases whose history is missing
   * would otherwise lend theirs the entries of the layers that are added.
   */
  public ImageConfig withCompleteHistory(Instant created) {
    int missing = diffIds().size() - layerComments().size();
    JsonObject root = json.deepCopy();
    JsonArray history = Json.arrayIn(root, "history");
    for (int i = 0; i < missing; i++) {
      JsonObject entry = Json.object();
      entry.addProperty("created", created.toString());
      entry.addProperty("comment", "of the base");
      history.add(entry);
    }
    return new ImageConfig(root);
  }

  /** This config with a {@code rootfs}, which the spec requires even where there are no layers. */
  public ImageConfig withRootfs() {
    JsonObject root = json.deepCopy();
    JsonObject rootfs = Json.objectIn(root, "rootfs");
    rootfs.addProperty("type", "layers");
    Json.arrayIn(rootfs, "diff_ids");
    return new ImageConfig(root);
  }

  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
