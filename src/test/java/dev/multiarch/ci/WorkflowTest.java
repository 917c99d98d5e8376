package dev.multiarch.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.multiarch.ci.Matrix.By;
import dev.multiarch.ci.ProjectFacts.FileServer;
import dev.multiarch.ci.ProjectFacts.Registry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the workflow files say. That their commands work is for {@code WorkflowIT} to see. */
class WorkflowTest {

  private static final ImageModule ORDERS =
      MatrixTest.module("acme", "orders", "orders", "linux/amd64", "linux/arm64");
  private static final ImageModule LEGACY =
      MatrixTest.module("acme", "legacy", "legacy", "linux/amd64");

  @TempDir Path folder;

  /** Every combination that changes the text. */
  static Stream<Workflow> workflows() {
    return Stream.of(CiSystem.GITHUB, CiSystem.GITLAB)
        .flatMap(
            system ->
                Stream.<Registry>of(
                        new Registry.OfCi(),
                        new Registry.Given("registry.example.com/team", "registry.example.com"),
                        new Registry.InPom("ghcr.io"),
                        new Registry.InPom("registry.example.com"))
                    .flatMap(
                        registry ->
                            Stream.of(
                                    Optional.<FileServer>empty(),
                                    Optional.of(new FileServer("jars", "file:///jars")),
                                    Optional.of(new FileServer("no", "https://example.com/jars")),
                                    Optional.of(
                                        new FileServer("gh", "https://maven.pkg.github.com/a/b")))
                                .map(files -> workflow(system, registry, files))));
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void everyFileIsYamlWithoutGaps(Workflow workflow) {
    String text = workflow.text();
    assertThat(text).doesNotContain("#?").doesNotContainPattern("@[a-zA-Z]+@");
    assertThat(text.lines()).noneMatch(line -> line.isBlank() && !line.isEmpty());
    assertThat(load(text)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void actionsArePinnedByCommit(Workflow workflow) {
    assertThat(workflow.text().lines().filter(line -> line.contains("uses:")))
        .allMatch(
            line -> line.matches(".*uses: [\\w-]+/[\\w-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+"));
  }

  @Test
  void onlyJobsThatWriteToGithubMay() {
    Map<String, Object> own = load(workflow(CiSystem.GITHUB, new Registry.OfCi(), none()).text());
    assertThat(own.get("permissions")).isEqualTo(Map.of());
    assertThat(at(own, "jobs", "build", "permissions"))
        .isEqualTo(Map.of("contents", "read", "packages", "write"));

    Registry named = new Registry.InPom("ghcr.io");
    assertThat(
            at(
                load(workflow(CiSystem.GITHUB, named, none()).text()),
                "jobs",
                "build",
                "permissions"))
        .isEqualTo(Map.of("contents", "read", "packages", "write"));

    Registry elsewhere = new Registry.InPom("registry.example.com");
    Map<String, Object> other = load(workflow(CiSystem.GITHUB, elsewhere, none()).text());
    assertThat(at(other, "jobs", "build", "permissions")).isEqualTo(Map.of("contents", "read"));
    assertThat(at(other, "jobs", "assemble", "permissions")).isEqualTo(Map.of("contents", "read"));

    Optional<FileServer> packages =
        Optional.of(new FileServer("gh", "https://maven.pkg.github.com/a/b"));
    Map<String, Object> jars = load(workflow(CiSystem.GITHUB, elsewhere, packages).text());
    assertThat(at(jars, "jobs", "build", "permissions")).isEqualTo(Map.of("contents", "read"));
    assertThat(at(jars, "jobs", "assemble", "permissions"))
        .isEqualTo(Map.of("contents", "read", "packages", "write"));
  }

  @Test
  void everyJobOfTheMatrixIsInTheFile() {
    String text = workflow(CiSystem.GITHUB, new Registry.OfCi(), none()).text();
    assertThat(at(load(text), "jobs", "build", "strategy", "matrix", "include"))
        .isEqualTo(
            List.of(
                Map.of(
                    "id",
                    "linux-amd64",
                    "runner",
                    "ubuntu-24.04",
                    "args",
                    "-pl orders,legacy -am -Dmultiarch.only=linux/amd64 -Dmaven.deploy.skip=true"),
                Map.of(
                    "id",
                    "linux-arm64",
                    "runner",
                    "ubuntu-24.04-arm",
                    "args",
                    "-pl orders -am -Dmultiarch.only=linux/arm64 -Dmaven.deploy.skip=true")));
    String other = workflow(CiSystem.GITLAB, new Registry.OfCi(), none()).text();
    assertThat(at(load(other), "build", "parallel", "matrix"))
        .isEqualTo(
            List.of(
                Map.of(
                    "ID",
                    "linux-amd64",
                    "PLATFORM",
                    "linux/amd64",
                    "RUNNER",
                    "saas-linux-small-amd64",
                    "MODULES",
                    "orders,legacy"),
                Map.of(
                    "ID",
                    "linux-arm64",
                    "PLATFORM",
                    "linux/arm64",
                    "RUNNER",
                    "saas-linux-small-arm64",
                    "MODULES",
                    "orders")));
  }

  @Test
  void jarsAreDeployedByTheLastJob() {
    FileServer server = new FileServer("nexus", "https://nexus.example.com/releases");
    String text = workflow(CiSystem.GITHUB, new Registry.OfCi(), Optional.of(server)).text();
    assertThat(text)
        .contains("mvn -B -ntp deploy -Dmultiarch.only=none -DskipTests\n")
        .contains("server-id: nexus\n")
        .contains("MAVEN_PASSWORD: ${{ secrets.MAVEN_PASSWORD }}");
    String without = workflow(CiSystem.GITHUB, new Registry.OfCi(), none()).text();
    assertThat(without).contains("mvn -B -ntp multiarch:assemble\n").doesNotContain("server-id");
  }

  @Test
  void imagesOfExecutionsAreAssembledByTheLifecycle() {
    ProjectFacts facts =
        new ProjectFacts("mvn", 21, "multiarch", new Registry.OfCi(), none(), true);
    assertThat(new Workflow(matrix(CiSystem.GITLAB), facts).text())
        .contains("deploy -Dmultiarch.only=none -DskipTests -Dmaven.deploy.skip=true\n");
  }

  @Test
  void labelsAreQuotedWhereYamlWouldTakeThemApart() {
    Runners runners =
        Runners.of(
            CiSystem.GITHUB,
            List.of(
                Runners.Choice.parse("linux/amd64=group: a #1"),
                Runners.Choice.parse("linux/arm64=yes")));
    Matrix matrix = Matrix.of(By.PLATFORM, List.of(ORDERS), runners);
    ProjectFacts facts =
        new ProjectFacts("mvn", 17, "multiarch", new Registry.OfCi(), none(), false);
    Map<String, Object> file = load(new Workflow(matrix, facts).text());
    assertThat(at(file, "jobs", "build", "strategy", "matrix", "include"))
        .asInstanceOf(LIST)
        .extracting(job -> (Object) ((Map<?, ?>) job).get("runner"))
        .containsExactly(List.of("group:", "a", "#1"), "yes");
  }

  @Test
  void aFileThatWasChangedIsNotOverwritten() throws Exception {
    Path file = folder.resolve(".github/workflows/images.yml");
    assertThat(WorkflowFile.write(file, "one", false)).isEqualTo(WorkflowFile.Outcome.WRITTEN);
    assertThat(WorkflowFile.write(file, "one", false)).isEqualTo(WorkflowFile.Outcome.UNCHANGED);
    assertThat(WorkflowFile.write(file, "two", false)).isEqualTo(WorkflowFile.Outcome.REFUSED);
    assertThat(file).hasContent("one");
    assertThat(WorkflowFile.write(file, "two", true)).isEqualTo(WorkflowFile.Outcome.WRITTEN);
    assertThat(file).hasContent("two");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  private static Optional<FileServer> none() {
    return Optional.empty();
  }

  private static Workflow workflow(CiSystem system, Registry registry, Optional<FileServer> files) {
    return new Workflow(
        matrix(system), new ProjectFacts("mvn", 17, "multiarch", registry, files, false));
  }

  private static Matrix matrix(CiSystem system) {
    return Matrix.of(By.PLATFORM, List.of(ORDERS, LEGACY), Runners.of(system, List.of()));
  }

  private static Map<String, Object> load(String text) {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
  }

  private static Object at(Object node, Object... path) {
    for (Object key : path) {
      node = ((Map<?, ?>) node).get(key);
    }
    return node;
  }
}
