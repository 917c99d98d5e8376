package dev.multiarch.layer;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;

/**
 * A finished layer.
 *
 * @param name what it holds, in a word or two
 * @param blob its compressed bytes; the media type is OCI's
 * @param diffId the digest of its uncompressed bytes (OCI image spec, config.md, "Layer DiffID")
 * @param reused whether it was in the cache already
 */
public record Layer(String name, Descriptor blob, Digest diffId, boolean reused) {}
