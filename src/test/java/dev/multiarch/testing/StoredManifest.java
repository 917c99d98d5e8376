package dev.multiarch.testing;

import java.nio.charset.StandardCharsets;

/** A manifest or an index as it was put: the exact bytes and the media type they came with. */
public record StoredManifest(String mediaType, byte[] content) {

  /** Returns the sha256 digest of the bytes. */
  public String digest() {
    return Digests.sha256(content);
  }

  /** Returns the bytes as text. */
  public String json() {
    return new String(content, StandardCharsets.UTF_8);
  }
}
