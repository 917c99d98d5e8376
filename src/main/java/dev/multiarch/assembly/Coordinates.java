package dev.multiarch.assembly;

/** Which project an image is of, as Maven names it. */
public record Coordinates(String groupId, String artifactId, String version) {

  /** Whether both are the same project, in whatever version. */
  public boolean sameProject(Coordinates other) {
    return groupId.equals(other.groupId) && artifactId.equals(other.artifactId);
  }

  @Override
  public String toString() {
    return groupId + ":" + artifactId + ":" + version;
  }
}
