package dev.multiarch.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A Java program: its own classes and the jars that it needs.
 *
 * @param classes the folder with its class files and resources
 * @param dependencies its jars, in the order of its class path
 * @param mainClass where it starts; found among its classes if not given
 * @param jvmFlags what is passed to the JVM before the class path
 * @param appRoot where it lies in the image
 */
public record Application(
    Path classes,
    List<Dependency> dependencies,
    Optional<String> mainClass,
    List<String> jvmFlags,
    String appRoot) {

  /** The folder in the image unless another is wanted. */
  public static final String DEFAULT_ROOT = "/app";

  /**
   * A jar.
   *
   * @param file where it lies
   * @param kind how often it changes
   */
  public record Dependency(Path file, Kind kind) {}

  /** How often a jar changes, and so which layer it lies in. */
  public enum Kind {
    /** Never: a release. */
    RELEASE,
    /** Now and then: a snapshot of somebody else's. */
    SNAPSHOT,
    /** With every build: a module of the same reactor. */
    PROJECT
  }
}
