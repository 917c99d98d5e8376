package dev.multiarch.oci;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * A manifest or an index as it travels: a media type and the very bytes whose digest names it.
 * Documents are copied as bytes and never printed anew, so a digest once verified stays true.
 */
public final class Document {

  /**
   * The size over which a document is refused, in bytes. The distribution spec ("Pushing
   * Manifests") lets registries stop at 4 MiB, and so does every client that is in wide use.
   */
  public static final int MAX_SIZE = 4 * 1024 * 1024;

  private final byte[] bytes;
  private final JsonObject json;
  private final Descriptor descriptor;

  private Document(String mediaType, byte[] bytes, JsonObject json, Digest digest) {
    this.bytes = bytes;
    this.json = json;
    this.descriptor = Descriptor.of(mediaType, digest, bytes.length);
  }

  /**
   * Takes bytes that came from elsewhere.
   *
   * @param mediaType what the store said they are; empty if it said nothing, and then the
   *     document's own {@code mediaType} counts
   * @throws IllegalArgumentException if they are no JSON object, or name another media type in
   *     their body than the store did (image spec, manifest.md: they must agree)
   */
  public static Document parse(String mediaType, byte[] bytes) {
    JsonObject json = Json.parseObject(bytes);
    String said = Json.text(json, "mediaType").orElse("");
    if (!said.isEmpty() && !mediaType.isEmpty() && !said.equals(mediaType)) {
      throw new IllegalArgumentException(
          "its media type is " + mediaType + ", but its body says " + said);
    }
    String type = mediaType.isEmpty() ? said : mediaType;
    if (type.isEmpty()) {
      type = json.has("manifests") ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }
    boolean list = json.has("manifests");
    boolean image = json.has("config") || json.has("layers");
    if ((MediaType.isIndex(type) && image) || (MediaType.isManifest(type) && list)) {
      // CVE-2021-41190: one document must not read as an index and as a manifest.
      throw new IllegalArgumentException(
          "its media type is " + type + ", but it has fields of the other kind of document");
    }
    return new Document(type, bytes.clone(), json, Digest.of(bytes));
  }

  /** Prints a document of our own. */
  static Document print(String mediaType, JsonObject json) {
    byte[] bytes = Json.compact(json);
    return new Document(mediaType, bytes, json, Digest.of(bytes));
  }

  /** The arrow to this document. */
  public Descriptor descriptor() {
    return descriptor;
  }

  public String mediaType() {
    return descriptor.mediaType();
  }

  public Digest digest() {
    return descriptor.digest();
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  JsonObject json() {
    return json;
  }

  public boolean isIndex() {
    return MediaType.isIndex(mediaType());
  }

  /** The documents that this one leads to: an index's manifests. A manifest has none. */
  public List<Descriptor> documents() {
    return isIndex() ? Index.of(this).manifests() : List.of();
  }

  /** The blobs that this one leads to: a manifest's config and layers. An index has none. */
  public List<Descriptor> blobs() {
    if (isIndex()) {
      return List.of();
    }
    Manifest manifest = Manifest.of(this);
    List<Descriptor> blobs = new ArrayList<>();
    blobs.add(manifest.config());
    for (Descriptor layer : manifest.layers()) {
      if (!MediaType.isForeignLayer(layer.mediaType())) {
        blobs.add(layer);
      }
    }
    return blobs;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document that && descriptor.equals(that.descriptor);
  }

  @Override
  public int hashCode() {
    return descriptor.hashCode();
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
