package dev.multiarch.oci;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

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
  private static final List<String> HUB_NAMES =
      List.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io");
  private static final int LONGEST_PART = 255;
  private static final int MOST_PORT = 0xffff;

  /** A host name, an IPv4 address, or an IPv6 address in brackets (RFC 3986, section 3.2.2). */
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
              + "|\\[[a-fA-F0-9:]+])(?::[0-9]+)?");

  /** {@code name} of the distribution spec ("Pulling manifests"). */
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");

  /** {@code reference} of the distribution spec as a tag. */
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /**
   * Reads a reference as a user wrote it.
   *
   * @throws IllegalArgumentException if it cannot be one; the message says what one looks like
   */
  public static Reference parse(String text) {
    try {
      return read(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not an image reference ([registry[:port]/]repository[:tag][@digest], the"
              + " repository in lower case)",
          e);
    }
  }

  private static Reference read(String text) {
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(Digest.parse(rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
    if (colon >= 0) {
      tag = Optional.of(required(TAG, rest.substring(colon + 1)));
      rest = rest.substring(0, colon);
    }
    String registry = DOCKER_HUB;
    if (namesRegistry(rest)) {
      int slash = rest.indexOf('/');
      registry = required(REGISTRY, rest.substring(0, slash));
      requirePort(registry);
      rest = rest.substring(slash + 1);
    }
    String repository = required(REPOSITORY, rest);
    if (isDockerHub(registry)) {
      registry = DOCKER_HUB;
      repository = repository.indexOf('/') < 0 ? "library/" + repository : repository;
    }
    return new Reference(registry, repository, tag, digest);
  }

  /** Whether a registry is Docker Hub, by whichever of its names. */
  public static boolean isDockerHub(String registry) {
    return HUB_NAMES.contains(registry);
  }

  private static void requirePort(String registry) {
    int colon = registry.lastIndexOf(':');
    String port = colon > registry.lastIndexOf(']') ? registry.substring(colon + 1) : "";
    if (!port.isEmpty() && (port.length() > 5 || Integer.parseInt(port) > MOST_PORT)) {
      throw new IllegalArgumentException(
          "'" + registry + "' has the port " + port + ", and the last one is " + MOST_PORT);
    }
  }

  private static String required(Pattern form, String part) {
    if (part.length() > LONGEST_PART || !form.matcher(part).matches()) {
      throw new IllegalArgumentException("'" + part + "' is not of the form " + form);
    }
    return part;
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
    return digest.isPresent() ? digest.get().toString() : tag.orElse(LATEST);
  }

  /** In full, so that it means the same to every reader. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(name());
    if (tag.isPresent() || digest.isEmpty()) {
      text.append(':').append(tag.orElse(LATEST));
    }
    if (digest.isPresent()) {
      text.append('@').append(digest.get());
    }
    return text.toString();
  }
}
