package dev.multiarch.ci;

import dev.multiarch.oci.Platform;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A system that runs jobs, with the names of the runners that it offers. */
public enum CiSystem {
  /** Hosted runners of GitHub Actions, docs.github.com, "GitHub-hosted runners reference". */
  GITHUB("GITHUB_ACTIONS", ".github/workflows/images.yml", "ubuntu-24.04", "ubuntu-24.04-arm", 256),

  /** Hosted runners of GitLab.com, docs.gitlab.com, "Hosted runners on Linux". */
  GITLAB("GITLAB_CI", ".gitlab-ci.yml", "saas-linux-small-amd64", "saas-linux-small-arm64", 200),

  /**
   * Jenkins has no runners of its own; these are label expressions as many installations have them.
   * It takes the JSON, and no file of ours.
   */
  JENKINS("JENKINS_URL", "", "linux && amd64", "linux && arm64", Integer.MAX_VALUE);

  private final String variable;
  private final String workflowFile;
  private final Map<String, String> labels;
  private final int mostJobs;

  CiSystem(String variable, String workflowFile, String amd64, String arm64, int mostJobs) {
    this.variable = variable;
    this.workflowFile = workflowFile;
    this.labels = Map.of("amd64", amd64, "arm64", arm64);
    this.mostJobs = mostJobs;
  }

  /**
   * Reads a system's name.
   *
   * @throws IllegalArgumentException if there is no such system; the message names those there are
   */
  public static CiSystem parse(String name) {
    return Arrays.stream(values())
        .filter(system -> system.toString().equals(name.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a CI system (known: %s)"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(CiSystem::toString)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * Reads the name of a system that a workflow file can be written for.
   *
   * @throws IllegalArgumentException if there is no such system
   */
  public static CiSystem parseWithWorkflow(String name) {
    CiSystem system = parse(name);
    if (system.workflowFile.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no workflow file for " + system + "; it takes the JSON that the goal prints");
    }
    return system;
  }

  /** The system in which this process runs, as its variables say. */
  public static Optional<CiSystem> detect(Map<String, String> environment) {
    return Arrays.stream(values()).filter(s -> environment.containsKey(s.variable)).findFirst();
  }

  /** The label of a runner whose processor the platform is for, if the system offers one. */
  Optional<String> nativeRunner(Platform platform) {
    return platform.os().equals("linux")
        ? Optional.ofNullable(labels.get(platform.architecture()))
        : Optional.empty();
  }

  /** Where jobs go that could run anywhere. */
  String anyRunner() {
    return labels.get("amd64");
  }

  /** How many jobs a matrix may have. */
  int mostJobs() {
    return mostJobs;
  }

  /** Where the system looks for its workflow, from the root of a checkout. */
  public String workflowFile() {
    return workflowFile;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
