package dev.multiarch.oci;

/** The family of media types an image is written in. One image never mixes the two. */
public enum Format {
  /** OCI image spec 1.1. */
  OCI(MediaType.OCI_INDEX, MediaType.OCI_MANIFEST, MediaType.OCI_CONFIG),
  /** Docker image manifest version 2, schema 2, for registries that know nothing else. */
  DOCKER(MediaType.DOCKER_LIST, MediaType.DOCKER_MANIFEST, MediaType.DOCKER_CONFIG);

  private final String index;
  private final String manifest;
  private final String config;

  Format(String index, String manifest, String config) {
    this.index = index;
    this.manifest = manifest;
    this.config = config;
  }

  /** The media type of an image index (Docker: manifest list). */
  public String index() {
    return index;
  }

  /** The media type of one platform's manifest. */
  public String manifest() {
    return manifest;
  }

  /** The media type of an image config. */
  public String config() {
    return config;
  }

  /** The media type of the gzip layers that this project makes. */
  public String layer() {
    return this == OCI ? MediaType.OCI_LAYER + "+gzip" : MediaType.DOCKER_LAYER + ".gzip";
  }

  /**
   * The media type that says the same of a base's layer in this family: its compression stays what
   * it is.
   *
   * @throws IllegalArgumentException if this family has no such type, as Docker's has none for zstd
   */
  public String layerLike(String mediaType) {
    return this == OCI ? ociLayerLike(mediaType) : dockerLayerLike(mediaType);
  }

  private static String ociLayerLike(String mediaType) {
    return switch (mediaType) {
      case MediaType.DOCKER_LAYER -> MediaType.OCI_LAYER;
      case MediaType.DOCKER_LAYER + ".gzip" -> MediaType.OCI_LAYER + "+gzip";
      // Written by buildkit for zstd layers in Docker manifests.
      case MediaType.DOCKER_LAYER + ".zstd" -> MediaType.OCI_LAYER + "+zstd";
      case MediaType.DOCKER_FOREIGN_LAYER -> MediaType.OCI_FOREIGN_LAYER;
      case MediaType.DOCKER_FOREIGN_LAYER + ".gzip" -> MediaType.OCI_FOREIGN_LAYER + "+gzip";
      default -> mediaType;
    };
  }

  private static String dockerLayerLike(String mediaType) {
    if (mediaType.startsWith(MediaType.DOCKER_LAYER)
        || mediaType.startsWith(MediaType.DOCKER_FOREIGN_LAYER)) {
      return mediaType;
    }
    return switch (mediaType) {
      case MediaType.OCI_LAYER -> MediaType.DOCKER_LAYER;
      case MediaType.OCI_LAYER + "+gzip" -> MediaType.DOCKER_LAYER + ".gzip";
      case MediaType.OCI_FOREIGN_LAYER + "+gzip" -> MediaType.DOCKER_FOREIGN_LAYER + ".gzip";
      default ->
          throw new IllegalArgumentException(
              "a layer of type " + mediaType + " cannot be written in Docker's format");
    };
  }
}
