package dev.multiarch.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The workflow files do what they promise: each job's commands are taken out of the file and run on
 * a machine of its own, against a registry that wants the CI system's password.
 */
class WorkflowIT {

  private static final String USER = "robot";
  private static final String PASSWORD = "t0ken-of-the-job";
  private static final List<String> IMAGES = List.of("base", "orders", "billing");
  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{\\{ *([\\w.]+) *}}");

  @TempDir static Path folder;
  private static RealRegistry registry;

  private Path place;
  private Path sources;

  @BeforeAll
  static void start() throws Exception {
    Environment.get();
    registry = RealRegistry.startWithPassword(folder.resolve("registry"), USER, PASSWORD);
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @BeforeEach
  void commitTheExample(TestInfo test) throws Exception {
    place = folder.resolve(test.getTestMethod().orElseThrow().getName());
    sources = Mavens.copy("examples/matrix", place.resolve("sources"));
    Path pom = sources.resolve("base/pom.xml");
    String jre = "oci:" + Environment.get().jreLayout() + ":17";
    Files.writeString(pom, Files.readString(pom).replace("eclipse-temurin:17-jre", jre));
    CiMachine.commitAll(sources);
  }

  @Test
  void theJobsOfGithubPublishEveryImage() throws Exception {
    Path file = sources.resolve(".github/workflows/images.yml");
    Map<String, Object> workflow = write("github", file);
    assertThat(workflow).containsEntry("permissions", Map.of());
    String repository = registry.host() + "/acme/shop";

    CiMachine last = null;
    for (Object job : (List<?>) at(workflow, "jobs", "build", "strategy", "matrix", "include")) {
      CiMachine machine = CiMachine.start(place.resolve(at(job, "id").toString()), sources);
      if (last != null) {
        // What actions/cache restores by a prefix: the other platform's cache.
        assertThat(workflow.toString()).contains("path=~/.cache/multiarch");
        copy(last.home().resolve(".cache"), machine.home().resolve(".cache"));
      }
      String output = runOnGithub(workflow, "build", job, machine);
      assertThat(output).contains("handed over as ").contains("BUILD SUCCESS");
      assertThat(output.contains("(reused)")).isEqualTo(last != null);
      assertThat(machine.checkout().resolve("target/jars")).doesNotExist();
      last = machine;
    }
    assertNoTagIn(repository);

    CiMachine machine = CiMachine.start(place.resolve("assemble"), sources);
    String output = runOnGithub(workflow, "assemble", Map.of(), machine);
    assertThat(output).contains("BUILD SUCCESS").doesNotContain(PASSWORD);
    assertComplete(repository);
    assertThat(jarsOf(machine)).containsExactlyInAnyOrder("billing-1.0.jar", "orders-1.0.jar");
  }

  @Test
  void theJobsOfGitlabPublishEveryImage() throws Exception {
    // Of a project that deploys no jars: the last job need not compile anything.
    Files.writeString(
        sources.resolve("pom.xml"),
        Files.readString(sources.resolve("pom.xml"))
            .replaceAll("(?s)<distributionManagement>.*</distributionManagement>", ""));
    Map<String, Object> workflow = write("gitlab", sources.resolve(".gitlab-ci.yml"));
    String repository = registry.host() + "/gitlab/shop";

    for (Object job : (List<?>) at(workflow, "build", "parallel", "matrix")) {
      CiMachine machine = CiMachine.start(place.resolve(at(job, "ID").toString()), sources);
      String output = runOnGitlab(workflow, "build", job, machine);
      assertThat(output).contains("handed over as ").contains("BUILD SUCCESS");
      // GitLab saves what the file says from the checkout, and nothing else.
      assertThat(at(workflow, "build", "cache").toString())
          .contains("paths=[.cache/multiarch]")
          .contains("paths=[.m2/repository]");
      assertThat(machine.checkout().resolve(".cache/multiarch/blobs")).isNotEmptyDirectory();
      assertThat(machine.checkout().resolve(".m2/repository/dev/multiarch")).isNotEmptyDirectory();
      assertThat(machine.home().resolve(".m2/repository")).doesNotExist();
    }
    assertNoTagIn(repository);

    CiMachine machine = CiMachine.start(place.resolve("assemble"), sources);
    String output = runOnGitlab(workflow, "assemble", Map.of(), machine);
    assertThat(output)
        .contains("BUILD SUCCESS")
        .doesNotContain(PASSWORD)
        .doesNotContain("compiler:");
    assertComplete(repository);
  }

  @Test
  void theFileIsWrittenOnceAndThenLeftAlone() throws Exception {
    Path file = sources.resolve(".github/workflows/images.yml");
    write("github", file);
    assertThat(matrix("github").run().succeeds().output()).contains("Unchanged: " + file);
    Files.writeString(file, Files.readString(file) + "# mine\n");
    assertThat(matrix("github").run().fails().output())
        .contains("is there already and says something else")
        .contains("-Dmultiarch.overwrite");
    assertThat(file).content().endsWith("# mine\n");
    matrix("github").add("-Dmultiarch.overwrite").run().succeeds();
    assertThat(file).content().doesNotContain("# mine");
  }

  private Map<String, Object> write(String system, Path file) throws Exception {
    matrix(system).run().succeeds();
    CiMachine.commitAll(sources);
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
  }

  private Command matrix(String system) throws Exception {
    return Mavens.current(sources).add("multiarch:matrix", "-Dmultiarch.workflow=" + system);
  }

  /** Runs the steps that are commands; what the others do, a new machine has done. */
  private String runOnGithub(
      Map<String, Object> workflow, String name, Object matrix, CiMachine machine)
      throws Exception {
    Map<String, String> context = new HashMap<>();
    context.put("github.actor", USER);
    context.put("secrets.GITHUB_TOKEN", PASSWORD);
    if (matrix instanceof Map<?, ?> values) {
      values.forEach((key, value) -> context.put("matrix." + key, value.toString()));
    }
    StringBuilder output = new StringBuilder();
    for (Object step : (List<?>) at(workflow, "jobs", name, "steps")) {
      if (((Map<?, ?>) step).containsKey("run")) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("GITHUB_ACTIONS", "true");
        variables.put("GITHUB_REPOSITORY", "Acme/Shop");
        variables.put("GITHUB_SHA", CiMachine.commit(sources));
        put(workflow.get("env"), variables, context);
        put(((Map<?, ?>) step).get("env"), variables, context);
        assertThat(variables.put("REGISTRY", registry.host())).isEqualTo("ghcr.io");
        output.append(
            machine
                .run(evaluate(at(step, "run").toString(), context), variables)
                .succeeds()
                .output());
      }
    }
    return output.toString();
  }

  private static void put(
      Object environment, Map<String, String> variables, Map<String, String> context) {
    ((Map<?, ?>) environment)
        .forEach((key, value) -> variables.put(key.toString(), evaluate(value + "", context)));
  }

  /** An expression that nobody gave a value to fails the test. */
  private static String evaluate(String text, Map<String, String> context) {
    return EXPRESSION
        .matcher(text)
        .replaceAll(
            found -> {
              assertThat(context).containsKey(found.group(1));
              return Matcher.quoteReplacement(context.get(found.group(1)));
            });
  }

  private String runOnGitlab(
      Map<String, Object> workflow, String name, Object matrix, CiMachine machine)
      throws Exception {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("GITLAB_CI", "true");
    variables.put("CI_PROJECT_DIR", machine.checkout().toString());
    variables.put("CI_COMMIT_SHA", CiMachine.commit(sources));
    variables.put("CI_REGISTRY_IMAGE", registry.host() + "/gitlab/shop");
    variables.put("CI_REGISTRY_USER", USER);
    variables.put("CI_REGISTRY_PASSWORD", PASSWORD);
    ((Map<?, ?>) workflow.get("variables"))
        .forEach((key, value) -> variables.put(key + "", expand(value + "", variables)));
    ((Map<?, ?>) matrix).forEach((key, value) -> variables.put(key + "", value + ""));
    StringBuilder output = new StringBuilder();
    for (Object line : (List<?>) at(workflow, name, "script")) {
      output.append(machine.run(line.toString(), variables).succeeds().output());
    }
    return output.toString();
  }

  private static String expand(String text, Map<String, String> variables) {
    return Pattern.compile("\\$(\\w+)")
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(variables.get(found.group(1))));
  }

  private static void assertNoTagIn(String repository) throws Exception {
    for (String image : IMAGES) {
      skopeo(repository + "/" + image + ":1.0").fails();
    }
  }

  private static void assertComplete(String repository) throws Exception {
    for (String image : IMAGES) {
      String raw = skopeo(repository + "/" + image + ":1.0").succeeds().output();
      JsonNode index = new ObjectMapper().readTree(raw);
      assertThat(index.get("manifests"))
          .extracting(child -> child.at("/platform/architecture").asText())
          .containsExactlyInAnyOrder("amd64", "arm64");
    }
  }

  private static Command.Result skopeo(String reference) throws Exception {
    return Command.of("skopeo", "inspect", "--raw", "--tls-verify=false")
        .add("--creds", USER + ":" + PASSWORD, "docker://" + reference)
        .run();
  }

  private static List<String> jarsOf(CiMachine machine) throws Exception {
    try (Stream<Path> files = Files.walk(machine.checkout().resolve("target/jars"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .toList();
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    Command.of("cp", "-r", from.toString(), to.toString()).run().succeeds();
  }

  private static Object at(Object node, String... path) {
    for (String key : path) {
      assertThat(node).isInstanceOf(Map.class);
      node = ((Map<?, ?>) node).get(key);
    }
    return node;
  }
}
