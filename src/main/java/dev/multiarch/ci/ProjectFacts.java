package dev.multiarch.ci;

import java.util.Optional;

/**
 * What a workflow depends on besides the platforms.
 *
 * @param maven the command that runs Maven
 * @param java the version of Java that builds the project
 * @param plugin how a command line names this plugin
 * @param registry where the images go
 * @param files where other files than images go; empty if they go nowhere
 * @param onlyInLifecycle whether images are configured in executions, where a goal on the command
 *     line does not see them
 */
public record ProjectFacts(
    String maven,
    int java,
    String plugin,
    Registry registry,
    Optional<FileServer> files,
    boolean onlyInLifecycle) {

  /** Where images go. */
  public sealed interface Registry {

    /** Nobody says where: the CI system's own. */
    record OfCi() implements Registry {}

    /** The command line says it, as it does when the workflow is written. */
    record Given(String value, String host) implements Registry {}

    /** The POM says it. */
    record InPom(String host) implements Registry {}
  }

  /**
   * The repository of jars that the project deploys to.
   *
   * @param id whose credentials Maven looks for in its settings
   * @param url where it is
   */
  public record FileServer(String id, String url) {

    boolean needsCredentials() {
      return !url.startsWith("file:");
    }

    boolean isOfGithub() {
      return url.startsWith("https://maven.pkg.github.com/");
    }
  }

  /** What the last job says to Maven. */
  String assembly() {
    if (files.isPresent()) {
      return "deploy -Dmultiarch.only=none -DskipTests";
    }
    return onlyInLifecycle
        ? "deploy -Dmultiarch.only=none -DskipTests -Dmaven.deploy.skip=true"
        : plugin + ":assemble";
  }
}
