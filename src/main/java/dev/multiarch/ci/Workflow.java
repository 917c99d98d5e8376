package dev.multiarch.ci;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.ci.ProjectFacts.FileServer;
import dev.multiarch.ci.ProjectFacts.Registry;
import dev.multiarch.oci.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A file that makes a CI system run the jobs of a matrix, and after them the one that assembles and
 * tags. The texts are templates beside this class.
 *
 * @param matrix the jobs
 * @param project what else of the project the file depends on
 */
public record Workflow(Matrix matrix, ProjectFacts project) {

  private static final String REGISTRY_OF_GITHUB = "ghcr.io";

  /** GitLab takes no more keys to fall back to, docs.gitlab.com, "cache:fallback_keys". */
  private static final int MOST_KEYS = 5;

  /** The whole text of the file. */
  public String text() {
    return Template.resource(system() + ".yml").fill(values(), holding());
  }

  private CiSystem system() {
    return matrix.runners().system();
  }

  private Map<String, String> values() {
    Runners runners = matrix.runners();
    Map<String, String> values = new HashMap<>();
    values.put("maven", project.maven());
    values.put("java", String.valueOf(project.java()));
    values.put("plugin", project.plugin());
    values.put("assembly", project.assembly());
    values.put("runner", Yaml.value(Job.runner(runners.split(runners.anyLabel()))));
    values.put(
        "jobs",
        Yaml.list(
            matrix.jobs().stream()
                .map(system() == CiSystem.GITHUB ? Job::toInclude : Workflow::variables)
                .toList()));
    values.put(
        "caches",
        matrix.jobs().stream()
            .limit(MOST_KEYS)
            .map(job -> "multiarch-" + job.id())
            .collect(Collectors.joining(", ")));
    if (project.registry() instanceof Registry.Given given) {
      values.put("registry", given.value());
    }
    project
        .files()
        .ifPresent(server -> values.put("server", Yaml.value(new JsonPrimitive(server.id()))));
    return values;
  }

  /** GitLab's matrix is of variables, whose values all show in the name of a job: so only a few. */
  private static JsonObject variables(Job job) {
    JsonObject variables = Json.object();
    variables.addProperty("ID", job.id());
    variables.addProperty("PLATFORM", job.platform().toString());
    variables.addProperty("RUNNER", String.join(" ", job.labels()));
    if (!job.selection().isEmpty()) {
      variables.addProperty("MODULES", String.join(",", job.selection()));
    }
    return variables;
  }

  private Set<String> holding() {
    Set<String> holding = new HashSet<>();
    Registry registry = project.registry();
    if (registry instanceof Registry.OfCi) {
      holding.add("registryOfCi");
    } else if (registry instanceof Registry.Given) {
      holding.add("registryGiven");
    }
    if (registry instanceof Registry.OfCi || isOfGithub(registry)) {
      holding.add("ownRegistry");
    }
    if (project.files().filter(FileServer::needsCredentials).isPresent()) {
      holding.add("server");
    }
    if (project.files().filter(FileServer::isOfGithub).isPresent()) {
      holding.add("githubPackages");
    }
    if (project.files().isPresent()) {
      holding.add("files");
    }
    if (matrix.jobs().stream().anyMatch(job -> !job.selection().isEmpty())) {
      holding.add("modules");
    }
    return holding;
  }

  private boolean isOfGithub(Registry registry) {
    String host =
        registry instanceof Registry.Given given
            ? given.host()
            : registry instanceof Registry.InPom pom ? pom.host() : "";
    return system() == CiSystem.GITHUB && host.equals(REGISTRY_OF_GITHUB);
  }
}
