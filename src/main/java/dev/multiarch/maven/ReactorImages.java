package dev.multiarch.maven;

import dev.multiarch.ci.ImageModule;
import dev.multiarch.image.Mistakes;
import dev.multiarch.oci.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/**
 * The images of all modules of a session, as their POMs and the command line say, without a goal of
 * their own being run.
 *
 * <p>A module has the images of the executions in which it binds {@code build}. If none does, the
 * goals are called on the command line, and every module has the image that they would make.
 */
final class ReactorImages {

  private static final String KEY = "dev.multiarch:multiarch-maven-plugin";

  private final MavenSession session;
  private final Mistakes mistakes;

  ReactorImages(MavenSession session, Mistakes mistakes) {
    this.session = session;
    this.mistakes = mistakes;
  }

  /**
   * One image's parameters.
   *
   * @param element the configuration in the POM, properties filled in
   * @param inExecution whether an execution says more than the plugin does
   */
  private record Configured(
      MavenProject project,
      PropertyReader properties,
      @Nullable Xpp3Dom element,
      boolean inExecution) {

    @Nullable String text(String name, String property) {
      Xpp3Dom child = element == null ? null : element.getChild(name);
      String value = child == null ? null : child.getValue();
      return properties.text(value == null || value.isBlank() ? null : value.strip(), property);
    }

    @Nullable List<String> list(String name, String property) {
      Xpp3Dom child = element == null ? null : element.getChild(name);
      if (child != null && child.getChildCount() > 0) {
        return Stream.of(child.getChildren()).map(Xpp3Dom::getValue).toList();
      }
      return PropertyReader.split(text(name, property));
    }

    boolean isBuilt() {
      Xpp3Dom files = element == null ? null : element.getChild("files");
      boolean hasFiles = files != null && files.getChildCount() > 0;
      return !Boolean.parseBoolean(text("skip", "multiarch.skip"))
          && !Boolean.parseBoolean(text("skipBuild", "multiarch.build.skip"))
          && (hasFiles || !project.getPackaging().equals("pom"));
    }
  }

  /** The modules that have an image, in the order in which they are built. */
  List<ImageModule> modules() {
    List<ImageModule> modules = new ArrayList<>();
    for (MavenProject project : session.getProjects()) {
      Set<Platform> platforms = new LinkedHashSet<>();
      for (Configured image : images(project)) {
        List<String> named = image.list("platforms", "multiarch.platforms");
        platforms.addAll(PlatformSelection.of(named, null, mistakes).all());
      }
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

  /** Where the images go; empty for an image whose module does not say where. */
  List<Optional<Destination>> destinations() {
    return images()
        .map(
            image -> {
              String name = image.text("image", "multiarch.image");
              Optional<Destination> to =
                  Destination.of(
                      image.text("registry", "multiarch.registry"),
                      name == null ? image.project().getArtifactId() : name,
                      List.of(),
                      "tag",
                      image.project().getBasedir().toPath(),
                      mistakes);
              return to.filter(Destination::registryGiven);
            })
        .toList();
  }

  /** Whether {@code mvn deploy} makes the images. */
  boolean areBound() {
    return session.getProjects().stream().anyMatch(project -> !executions(project).isEmpty());
  }

  /** Whether a goal on the command line would see other images than {@code mvn deploy}. */
  boolean areInExecutions() {
    return images().anyMatch(Configured::inExecution);
  }

  private Stream<Configured> images() {
    return session.getProjects().stream().flatMap(project -> images(project).stream());
  }

  private List<Configured> images(MavenProject project) {
    PropertyReader properties = new PropertyReader(session, project);
    Plugin plugin = declared(project);
    Xpp3Dom common = plugin == null ? null : (Xpp3Dom) plugin.getConfiguration();
    List<Configured> images =
        areBound()
            ? executions(project).stream()
                .map(execution -> (Xpp3Dom) execution.getConfiguration())
                .map(own -> new Configured(project, properties, own, differ(own, common)))
                .toList()
            : List.of(new Configured(project, properties, common, false));
    return images.stream().filter(Configured::isBuilt).toList();
  }

  /** Where Maven finds what configures a goal of the command line, and its prefix. */
  static @Nullable Plugin declared(MavenProject project) {
    Plugin plugin = project.getPlugin(KEY);
    return plugin != null || project.getPluginManagement() == null
        ? plugin
        : project.getPluginManagement().getPluginsAsMap().get(KEY);
  }

  private static boolean differ(@Nullable Xpp3Dom one, @Nullable Xpp3Dom other) {
    return one == null ? other != null : !one.equals(other);
  }

  private static List<PluginExecution> executions(MavenProject project) {
    Plugin plugin = project.getPlugin(KEY);
    return plugin == null
        ? List.of()
        : plugin.getExecutions().stream().filter(e -> e.getGoals().contains("build")).toList();
  }

  private String path(MavenProject project) {
    Path root = session.getTopLevelProject().getBasedir().toPath();
    String path = root.relativize(project.getBasedir().toPath()).toString().replace('\\', '/');
    return path.isEmpty() ? "." : path;
  }
}
