package dev.multiarch.maven;

import dev.multiarch.ci.CiSystem;
import dev.multiarch.ci.ImageModule;
import dev.multiarch.ci.Matrix;
import dev.multiarch.ci.Runners;
import dev.multiarch.ci.Workflow;
import dev.multiarch.ci.WorkflowFile;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Prints, as JSON in one line, the jobs that build every platform of every image of the project,
 * each with its runner and its arguments for Maven. GitHub's {@code fromJSON} takes it as a matrix;
 * where {@code GITHUB_OUTPUT} is set, it becomes the step's output {@code matrix} as well. On
 * request it also writes a complete workflow file. It builds nothing.
 *
 * <p>Example: {@code mvn -q multiarch:matrix -Dmultiarch.matrixFile=matrix.json}
 *
 * @since 0.1.0
 */
@Mojo(name = "matrix", aggregator = true, threadSafe = true)
public final class MatrixMojo extends AbstractMojo {

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  PluginDescriptor plugin;

  /**
   * What has a job of its own: each {@code platform}, whose job builds all modules, or each {@code
   * module} and each of its platforms, whose job builds that module and those that it needs.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.matrixBy", defaultValue = "platform")
  String matrixBy;

  /**
   * A file that gets the JSON, besides the output.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.matrixFile")
  @Nullable File matrixFile;

  /**
   * The CI system whose runners are meant: {@code github}, {@code gitlab} or {@code jenkins}. The
   * default is the one of {@link #workflow}, else the one that runs this build, else {@code
   * github}.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.ci")
  @Nullable String ci;

  /**
   * The runners of platforms, each {@code platform=label}; {@code default=label} is for those that
   * have none. GitHub takes several labels with spaces between them. The defaults are GitHub's and
   * GitLab's own runners for {@code linux/amd64} and {@code linux/arm64}; all other platforms go to
   * the one for {@code linux/amd64}.
   *
   * <p>Example: {@code -Dmultiarch.runners=linux/s390x=mainframe}
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.runners")
  @Nullable List<String> runners;

  /**
   * Writes a workflow file for a CI system: {@code github} or {@code gitlab}.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.workflow")
  @Nullable String workflow;

  /**
   * The workflow file. The default is {@code .github/workflows/images.yml} or {@code
   * .gitlab-ci.yml} in the root of the checkout.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.workflowFile")
  @Nullable File workflowFile;

  /**
   * Whether a workflow file with another text may be overwritten.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.overwrite", defaultValue = "false")
  boolean overwrite;

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    Failures.told(this::run);
  }

  private void run() throws IOException, MojoFailureException {
    Mistakes mistakes = new Mistakes();
    Optional<CiSystem> written = mistakes.parse("workflow", workflow, CiSystem::parseWithWorkflow);
    CiSystem system =
        mistakes
            .parse("ci", ci, CiSystem::parse)
            .or(() -> written)
            .or(() -> CiSystem.detect(System.getenv()))
            .orElse(CiSystem.GITHUB);
    if (written.isPresent() && written.get() != system) {
      mistakes.add("ci", "the workflow is for %s, not for %s".formatted(written.get(), system));
    }
    Matrix.By by =
        mistakes.parse("matrixBy", matrixBy, Matrix.By::parse).orElse(Matrix.By.PLATFORM);
    List<Runners.Choice> choices = mistakes.parseAll("runners", runners, Runners.Choice::parse);
    ReactorImages images = ReactorImages.ofRun(session);
    List<ImageModule> modules = images.modules(mistakes);
    mistakes.throwIfAny();
    Matrix matrix = Matrix.of(by, modules, Runners.of(system, choices));
    matrix.remarks().forEach(getLog()::warn);
    if (written.isPresent()) {
      WorkflowFacts facts = new WorkflowFacts(session, images, mistakes);
      Workflow file = new Workflow(matrix, facts.find(plugin));
      mistakes.throwIfAny();
      write(file.text(), facts.checkout().resolve(system.workflowFile()));
    }
    print(new String(Json.compact(matrix.toJson()), StandardCharsets.UTF_8));
  }

  private void print(String json) throws IOException {
    // Not to the log: with -q this is all that a script gets to read.
    System.out.println(json);
    if (matrixFile != null) {
      Files.createDirectories(matrixFile.toPath().toAbsolutePath().getParent());
      Files.writeString(matrixFile.toPath(), json + "\n");
    }
    String output = System.getenv("GITHUB_OUTPUT");
    if (output != null && !output.isBlank()) {
      Files.writeString(
          Path.of(output),
          "matrix=" + json + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }

  private void write(String text, Path usual) throws IOException, MojoFailureException {
    Path file = workflowFile == null ? usual : workflowFile.toPath();
    switch (WorkflowFile.write(file, text, overwrite)) {
      case WRITTEN -> getLog().info("Written: " + file);
      case UNCHANGED -> getLog().info("Unchanged: " + file);
      case REFUSED ->
          throw new MojoFailureException(
              file
                  + " is there already and says something else\nCompare it with what would be"
                  + " written: -Dmultiarch.workflowFile=OTHER; or let it be overwritten:"
                  + " -Dmultiarch.overwrite");
    }
  }
}
