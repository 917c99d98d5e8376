package dev.multiarch.maven;

import dev.multiarch.ci.ProjectFacts;
import dev.multiarch.ci.ProjectFacts.FileServer;
import dev.multiarch.ci.ProjectFacts.Registry;
import dev.multiarch.image.Mistakes;
import dev.multiarch.store.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.maven.artifact.repository.ArtifactRepository;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.project.MavenProject;

/** Finds out what a workflow file has to know of a project. */
final class WorkflowFacts {

  private final MavenSession session;
  private final ReactorImages images;
  private final Mistakes mistakes;

  WorkflowFacts(MavenSession session, ReactorImages images, Mistakes mistakes) {
    this.session = session;
    this.images = images;
    this.mistakes = mistakes;
  }

  ProjectFacts find(PluginDescriptor plugin) {
    if (!images.areBound()) {
      mistakes.add(
          "workflow",
          "no module binds the goals build, push and assemble, so mvn deploy would publish nothing;"
              + " add an execution of the plugin with them to the POM");
    }
    boolean declared = Images.isNamed(session.getTopLevelProject());
    return new ProjectFacts(
        maven(),
        Runtime.version().feature(),
        declared ? plugin.getGoalPrefix() : plugin.getId(),
        registry(),
        files(),
        images.all().anyMatch(ModuleParameters::isOnlyInExecution));
  }

  /** The root of the checkout, where jobs start and workflow files lie. */
  Path checkout() {
    Path root = root();
    for (Path folder = root; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return folder;
      }
    }
    return root;
  }

  private Path root() {
    return session.getTopLevelProject().getBasedir().toPath();
  }

  /** Maven's command in the root of the checkout. */
  private String maven() {
    String way = checkout().relativize(root()).toString().replace('\\', '/');
    String wrapper = way.isEmpty() ? "./mvnw" : "./" + way + "/mvnw";
    String command = Files.isExecutable(root().resolve("mvnw")) ? wrapper : "mvn";
    return way.isEmpty() ? command : command + " -f " + way;
  }

  private Registry registry() {
    List<Destination> all = images.all().map(ModuleParameters::destination).toList();
    boolean folder = all.stream().anyMatch(to -> to.repository() instanceof Repository.Layout);
    String host = all.stream().map(Destination::registryName).findFirst().orElse("");
    String given = session.getUserProperties().getProperty("multiarch.registry");
    if (given != null && folder) {
      mistakes.add(
          "registry",
          given + " is a folder, which jobs on several machines do not share; name a registry");
    }
    if (given != null) {
      return new Registry.Given(given, host);
    }
    if (images
        .all()
        .anyMatch(
            image ->
                image.fixesRegistry()
                    && image.destination().repository() instanceof Repository.Layout)) {
      mistakes.add(
          "registry",
          "the POM's element <registry> names a folder, which jobs on several machines do not share,"
              + " and no command line changes it; make it a property of the POM:"
              + " <multiarch.registry>");
    }
    // A folder in a POM is for trying things out; the command line of a job overrides it.
    return !folder && all.stream().allMatch(Destination::registryGiven)
        ? new Registry.InPom(host)
        : new Registry.OfCi();
  }

  /** Where maven-deploy-plugin puts what is no image. */
  private Optional<FileServer> files() {
    return session.getProjects().stream()
        .filter(project -> !skipsDeploy(project))
        .map(MavenProject::getDistributionManagementArtifactRepository)
        .filter(Objects::nonNull)
        .findFirst()
        .map(WorkflowFacts::server);
  }

  private boolean skipsDeploy(MavenProject project) {
    String skip = new PropertyReader(session, project).text("maven.deploy.skip");
    return Boolean.parseBoolean(skip);
  }

  private static FileServer server(ArtifactRepository repository) {
    return new FileServer(repository.getId(), repository.getUrl());
  }
}
