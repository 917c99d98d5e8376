package dev.multiarch.oci;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;

/**
 * The name of an image in a registry, normalised as Docker does: {@code alpine} is {@code
 * docker.io/library/alpine}.
 *
 * @param registry host with optional port; Docker Hub is {@code docker.io}
 * @param repository path within the registry (distribution spec, "Pulling manifests": {@code name})
 * @param tag the tag, if one was given
 * @param digest the digest, if one was given; it counts more than the tag
 */
public record Reference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  /** What Docker calls its registry, whose address is another. */
  public static final String DOCKER_HUB = "docker.io";

  private static final String LATEST = "latest";

  /**
   * Reads a reference as a user wrote it.
   *
   * @throws IllegalArgumentException if it cannot be one; the message says what one looks like
   */
  public static Reference parse(String text) {
    String name = text.strip();
    for (String hub : new String[] {"docker.io/", "index.docker.io/", "registry-1.docker.io/"}) {
      if (name.startsWith(hub)) {
        name = name.substring(hub.length());
      }
    }
    ImageReference parsed;
    try {
      parsed = ImageReference.parse(name);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not an image reference ([registry[:port]/]repository[:tag][@digest], the"
              + " repository in lower case)",
          e);
    }
    boolean hub = parsed.getRegistry().equals("registry-1.docker.io");
    Optional<Digest> digest = parsed.getDigest().map(Digest::parse);
    Optional<String> tag = parsed.getTag().filter(t -> name(text).contains(":" + t));
    return new Reference(
        hub ? DOCKER_HUB : parsed.getRegistry(), parsed.getRepository(), tag, digest);
  }

  /** The text without its digest, in which a colon after the last slash starts a tag. */
  private static String name(String text) {
    String name = text.strip();
    int at = name.indexOf('@');
    return name.substring(name.lastIndexOf('/') + 1, at < 0 ? name.length() : at);
  }

  /** Whether the text names its registry itself, by Docker's rule. */
  public static boolean namesRegistry(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String first = text.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost");
  }

  /** The registry and the repository. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What to ask the registry for: the digest, else the tag, else {@code latest}. */
  public String target() {
    return digest.map(Digest::toString).or(() -> tag).orElse(LATEST);
  }

  /** In full, so that it means the same to every reader. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name());
    tag.or(() -> digest.isPresent() ? Optional.empty() : Optional.of(LATEST))
        .ifPresent(t -> text.append(':').append(t));
    digest.ifPresent(d -> text.append('@').append(d));
    return text.toString();
  }
}
