package dev.multiarch.testing;

import java.util.Map;
import java.util.Set;

/**
 * What a registry holds at one moment; equal snapshots mean that nothing was written between them.
 *
 * @param blobs the digests of the blobs of each repository
 * @param manifests the digests of the manifests of each repository
 * @param tags the tags of each repository and the digests they name
 */
public record Snapshot(
    Map<String, Set<String>> blobs,
    Map<String, Set<String>> manifests,
    Map<String, Map<String, String>> tags) {}
