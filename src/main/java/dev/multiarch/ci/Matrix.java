package dev.multiarch.ci;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The jobs that together build every platform of every image.
 *
 * @param runners where they run
 * @param jobs platforms in the order in which the POMs name them
 */
public record Matrix(Runners runners, List<Job> jobs) {

  /** What a job is for. */
  public enum By {
    /** One job builds all modules for one platform. */
    PLATFORM,
    /** One job builds one module for one platform. */
    MODULE;

    /**
     * Reads {@code platform} or {@code module}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static By parse(String text) {
      return switch (text.strip()) {
        case "platform" -> PLATFORM;
        case "module" -> MODULE;
        default ->
            throw new IllegalArgumentException(
                "'%s' is not platform (a job for each) or module (a job for each and each platform)"
                    .formatted(text));
      };
    }
  }

  /** Divides the modules' images into jobs. */
  public static Matrix of(By by, List<ImageModule> modules, Runners runners) {
    Set<Platform> platforms = new LinkedHashSet<>();
    modules.forEach(module -> platforms.addAll(module.platforms()));
    boolean same = modules.stream().allMatch(m -> platforms.size() == m.platforms().size());
    List<Job> jobs = new ArrayList<>();
    for (Platform platform : platforms) {
      List<ImageModule> having =
          modules.stream().filter(module -> module.platforms().contains(platform)).toList();
      if (by == By.MODULE) {
        having.forEach(module -> jobs.add(ofModule(module, modules, platform, runners)));
      } else {
        jobs.add(
            new Job(
                platform.dashed(),
                Optional.empty(),
                same ? List.of() : having.stream().map(ImageModule::selector).toList(),
                platform,
                runners.split(runners.label(platform))));
      }
    }
    return new Matrix(runners, List.copyOf(jobs));
  }

  private static Job ofModule(
      ImageModule module, List<ImageModule> modules, Platform platform, Runners runners) {
    Predicate<ImageModule> sameName = other -> other.artifactId().equals(module.artifactId());
    boolean unique = modules.stream().filter(sameName).count() == 1;
    String name = unique ? module.artifactId() : module.groupId() + "." + module.artifactId();
    return new Job(
        name + "-" + platform.dashed(),
        Optional.of(module),
        modules.size() == 1 ? List.of() : List.of(module.selector()),
        platform,
        runners.split(runners.label(platform)));
  }

  /** What GitHub's {@code fromJSON} takes as a matrix. */
  public JsonObject toJson() {
    JsonObject json = Json.object();
    JsonArray include = Json.putArray(json, "include");
    jobs.forEach(job -> include.add(job.toJson()));
    return json;
  }

  /** What the user may want to know of the jobs. */
  public List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    jobs.stream()
        .map(Job::platform)
        .distinct()
        .filter(platform -> !runners.knows(platform))
        .forEach(
            platform ->
                remarks.add(
                    ("No runner of %s is known for %s: its job goes to '%s'. That is right for Java,"
                            + " whose images need no emulation; for programs that are compiled for"
                            + " the platform name one: -Dmultiarch.runners=%2$s=LABEL")
                        .formatted(runners.system(), platform, runners.label(platform))));
    if (jobs.size() > runners.system().mostJobs()) {
      remarks.add(
          "These are %d jobs, and a matrix of %s may have %d: -Dmultiarch.matrixBy=platform"
              .formatted(jobs.size(), runners.system(), runners.system().mostJobs()));
    }
    return remarks;
  }
}
