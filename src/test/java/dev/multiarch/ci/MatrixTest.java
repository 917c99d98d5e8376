package dev.multiarch.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.multiarch.ci.Matrix.By;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Which jobs a project has, and where they run. */
class MatrixTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ImageModule ORDERS =
      module("acme", "orders", "services/orders", "linux/amd64", "linux/arm64");
  private static final ImageModule BILLING =
      module("acme", "billing", "services/billing", "linux/amd64", "linux/arm64");
  private static final ImageModule LEGACY = module("acme", "legacy", "legacy", "linux/amd64");

  @Test
  void aPlatformIsOneJobForAllModules() {
    List<JsonNode> jobs = jobs(By.PLATFORM, github(), ORDERS, BILLING);
    assertThat(jobs)
        .extracting(job -> job.get("id").asText(), job -> job.get("runner").asText())
        .containsExactly(
            tuple("linux-amd64", "ubuntu-24.04"), tuple("linux-arm64", "ubuntu-24.04-arm"));
    assertThat(jobs.get(1).get("args").asText())
        .isEqualTo("-Dmultiarch.only=linux/arm64 -Dmaven.deploy.skip=true");
  }

  @Test
  void aJobLeavesOutModulesThatLackItsPlatform() {
    List<JsonNode> jobs = jobs(By.PLATFORM, github(), ORDERS, LEGACY, BILLING);
    assertThat(jobs)
        .extracting(job -> job.get("args").asText())
        .containsExactly(
            "-pl services/orders,legacy,services/billing -am -Dmultiarch.only=linux/amd64"
                + " -Dmaven.deploy.skip=true",
            "-pl services/orders,services/billing -am -Dmultiarch.only=linux/arm64"
                + " -Dmaven.deploy.skip=true");
  }

  @Test
  void aModuleIsAJobForEachOfItsPlatforms() {
    List<JsonNode> jobs = jobs(By.MODULE, github(), ORDERS, LEGACY);
    assertThat(jobs)
        .extracting(job -> job.get("id").asText())
        .containsExactly("orders-linux-amd64", "legacy-linux-amd64", "orders-linux-arm64");
    assertThat(jobs.get(2))
        .isEqualTo(
            JSON.createObjectNode()
                .put("id", "orders-linux-arm64")
                .put("module", "services/orders")
                .put("name", "orders")
                .put("platform", "linux/arm64")
                .put("runner", "ubuntu-24.04-arm")
                .put(
                    "args",
                    "-pl services/orders -am -Dmultiarch.only=linux/arm64"
                        + " -Dmaven.deploy.skip=true"));
  }

  @Test
  void modulesOfOneNameAreToldApart() {
    ImageModule other = module("other", "orders", "other/orders", "linux/amd64");
    assertThat(jobs(By.MODULE, github(), ORDERS, other))
        .extracting(job -> job.get("id").asText())
        .containsExactly(
            "acme.orders-linux-amd64", "other.orders-linux-amd64", "acme.orders-linux-arm64");
  }

  @Test
  void aFolderThatAShellWouldTakeApartIsSelectedByCoordinates() {
    ImageModule odd = module("acme", "odd", "my module; rm", "linux/amd64");
    assertThat(jobs(By.MODULE, github(), odd, ORDERS).get(0).get("args").asText())
        .startsWith("-pl acme:odd -am ");
  }

  @Test
  void aProjectWithoutModulesSelectsNone() {
    ImageModule single = module("acme", "single", ".", "linux/amd64");
    assertThat(jobs(By.MODULE, github(), single).get(0).get("args").asText())
        .startsWith("-Dmultiarch.only");
  }

  @Test
  void aProjectWithoutImagesHasNoJobs() {
    assertThat(read(Matrix.of(By.PLATFORM, List.of(), github()))).hasToString("{\"include\":[]}");
  }

  @Test
  void everySystemHasItsOwnRunners() {
    Map.of(
            CiSystem.GITHUB, List.of("ubuntu-24.04", "ubuntu-24.04-arm"),
            CiSystem.GITLAB, List.of("saas-linux-small-amd64", "saas-linux-small-arm64"),
            CiSystem.JENKINS, List.of("linux && amd64", "linux && arm64"))
        .forEach(
            (system, labels) ->
                assertThat(jobs(By.PLATFORM, Runners.of(system, List.of()), ORDERS))
                    .extracting(job -> job.get("runner").asText())
                    .isEqualTo(labels));
  }

  @Test
  void aPlatformWithoutARunnerGoesToTheDefaultAndThisIsSaid() {
    ImageModule mainframe = module("acme", "m", "m", "linux/s390x");
    Matrix matrix = Matrix.of(By.PLATFORM, List.of(mainframe), github());
    assertThat(read(matrix).at("/include/0/runner").asText()).isEqualTo("ubuntu-24.04");
    assertThat(matrix.remarks())
        .singleElement()
        .asString()
        .contains("linux/s390x", "'ubuntu-24.04'", "need no emulation")
        .contains("-Dmultiarch.runners=linux/s390x=LABEL");
  }

  @Test
  void theUserChoosesRunners() {
    Runners runners =
        Runners.of(
            CiSystem.GITHUB,
            Stream.of("linux/aarch64 = self-hosted linux ARM64", "default=cheap")
                .map(Runners.Choice::parse)
                .toList());
    ImageModule all = module("a", "a", "a", "linux/amd64", "linux/arm64", "linux/riscv64");
    Matrix matrix = Matrix.of(By.PLATFORM, List.of(all), runners);
    assertThat(read(matrix).at("/include/0/runner").asText()).isEqualTo("ubuntu-24.04");
    assertThat(read(matrix).at("/include/1/runner"))
        .hasToString("[\"self-hosted\",\"linux\",\"ARM64\"]");
    assertThat(read(matrix).at("/include/2/runner").asText()).isEqualTo("cheap");
  }

  @Test
  void whatIsNoChoiceIsRefused() {
    assertThatThrownBy(() -> Runners.Choice.parse("ubuntu"))
        .hasMessageContaining("linux/arm64=ubuntu-24.04-arm");
    assertThatThrownBy(() -> Runners.Choice.parse("linux/arm46=x"))
        .hasMessageContaining("unknown architecture 'arm46'");
    assertThatThrownBy(() -> CiSystem.parse("github-actions"))
        .hasMessageContaining("github, gitlab, jenkins");
    assertThatThrownBy(() -> CiSystem.parseWithWorkflow("jenkins"))
        .hasMessageContaining("takes the JSON");
    assertThatThrownBy(() -> By.parse("both")).hasMessageContaining("platform (a job for each)");
  }

  @Test
  void moreJobsThanGithubTakesAreRemarkedOn() {
    List<ImageModule> many =
        IntStream.range(0, 129)
            .mapToObj(i -> module("acme", "m" + i, "m" + i, "linux/amd64", "linux/arm64"))
            .toList();
    assertThat(Matrix.of(By.MODULE, many, github()).remarks())
        .singleElement()
        .asString()
        .contains("258 jobs")
        .contains("256");
    assertThat(Matrix.of(By.PLATFORM, many, github()).remarks()).isEmpty();
  }

  @Test
  void theRunningSystemIsKnownByItsVariable() {
    assertThat(CiSystem.detect(Map.of("GITLAB_CI", "true"))).contains(CiSystem.GITLAB);
    assertThat(CiSystem.detect(Map.of("CI", "true"))).isEmpty();
  }

  private static Runners github() {
    return Runners.of(CiSystem.GITHUB, List.of());
  }

  private static List<JsonNode> jobs(By by, Runners runners, ImageModule... modules) {
    JsonNode include = read(Matrix.of(by, List.of(modules), runners)).get("include");
    return StreamSupport.stream(include.spliterator(), false).toList();
  }

  /** As others read it. */
  private static JsonNode read(Matrix matrix) {
    try {
      return JSON.readTree(Json.compact(matrix.toJson()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ImageModule module(String group, String artifact, String path, String... platforms) {
    return new ImageModule(
        group, artifact, path, Stream.of(platforms).map(Platform::parse).toList());
  }
}
