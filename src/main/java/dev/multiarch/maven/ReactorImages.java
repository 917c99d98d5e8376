package dev.multiarch.maven;

import dev.multiarch.ci.ImageModule;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;

/**
 * The images of all modules of a session, without a goal being run in each: those that the modules
 * make in their lifecycles. If no module makes any, the goals are called on the command line, and
 * every module that such a call means has the image that it would make.
 */
final class ReactorImages {

  private final MavenSession session;
  private final List<MavenProject> projects;
  private final boolean bound;

  private ReactorImages(MavenSession session, List<MavenProject> projects) {
    this.session = session;
    this.projects = projects;
    this.bound = projects.stream().anyMatch(p -> Images.isBound(p, "build"));
  }

  /** Those of the modules that this run builds. */
  static ReactorImages ofRun(MavenSession session) {
    return new ReactorImages(session, session.getProjects());
  }

  /** Those of every module, whatever part of them this run builds. */
  static ReactorImages ofAll(MavenSession session) {
    return new ReactorImages(session, session.getAllProjects());
  }

  /** The platforms of each image. */
  List<List<Platform>> platforms() {
    return all()
        .map(image -> PlatformSelection.platforms(image.list("platforms"), new Mistakes()))
        .toList();
  }

  /**
   * The modules that have an image, in the order in which they are built.
   *
   * @param mistakes gets what is wrong with platforms
   */
  List<ImageModule> modules(Mistakes mistakes) {
    List<ImageModule> modules = new ArrayList<>();
    for (MavenProject project : projects) {
      Set<Platform> platforms = new LinkedHashSet<>();
      of(project)
          .forEach(
              image -> {
                List<String> named = image.list("platforms");
                platforms.addAll(PlatformSelection.platforms(named, mistakes));
              });
      if (!platforms.isEmpty()) {
        modules.add(
            new ImageModule(
                project.getGroupId(),
                project.getArtifactId(),
                path(project),
                List.copyOf(platforms)));
      }
    }
    return modules;
  }

  /** The parameters of every image. */
  Stream<ModuleParameters> all() {
    return projects.stream().flatMap(this::of);
  }

  private Stream<ModuleParameters> of(MavenProject project) {
    boolean means = bound ? Images.isBound(project, "build") : Images.isMeant(session, project);
    return means
        ? ModuleParameters.all(session, project).stream().filter(ModuleParameters::isBuilt)
        : Stream.empty();
  }

  /** Whether {@code mvn deploy} makes the images. */
  boolean areBound() {
    return bound;
  }

  private String path(MavenProject project) {
    Path root = session.getTopLevelProject().getBasedir().toPath();
    String path = root.relativize(project.getBasedir().toPath()).toString().replace('\\', '/');
    return path.isEmpty() ? "." : path;
  }
}
