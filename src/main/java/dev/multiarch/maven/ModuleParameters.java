package dev.multiarch.maven;

import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.Mistakes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/** Parameters of another module's image, read as Maven would give them to its goals. */
record ModuleParameters(MavenSession session, MavenProject module, List<Xpp3Dom> configurations) {

  /**
   * Those of every image that the module makes in its lifecycle; if it makes none, those of the
   * image that goals on the command line would make of it.
   */
  static List<ModuleParameters> all(MavenSession session, MavenProject module) {
    List<Xpp3Dom> common = Images.configuration(module).stream().toList();
    if (!Images.isBound(module, "build")) {
      return List.of(new ModuleParameters(session, module, common));
    }
    return executions(module)
        .map(own -> Stream.concat(configuration(own).stream(), common.stream()).toList())
        .map(configurations -> new ModuleParameters(session, module, configurations))
        .toList();
  }

  private static Stream<PluginExecution> executions(MavenProject module) {
    return Images.plugin(module).stream()
        .flatMap(plugin -> plugin.getExecutions().stream())
        .filter(execution -> execution.getGoals().contains("build") && !Images.isOff(execution));
  }

  /**
   * @param image which of the module's images
   */
  static ModuleParameters of(MavenSession session, MavenProject module, String image) {
    Stream<Xpp3Dom> ofExecution =
        executions(module)
            .flatMap(execution -> configuration(execution).stream())
            .filter(dom -> image.equals(text(dom, "imageId").orElse(Workspace.DEFAULT_ID)));
    return new ModuleParameters(
        session,
        module,
        Stream.concat(ofExecution, Images.configuration(module).stream()).toList());
  }

  private static Optional<Xpp3Dom> configuration(PluginExecution execution) {
    return Optional.ofNullable((Xpp3Dom) execution.getConfiguration());
  }

  private static Optional<String> text(Xpp3Dom dom, String name) {
    return Optional.ofNullable(dom.getChild(name)).map(Xpp3Dom::getValue);
  }

  Optional<String> text(String name) {
    return configurations.stream()
        .map(dom -> text(dom, name))
        .flatMap(Optional::stream)
        .findFirst()
        .or(
            () ->
                Optional.ofNullable(new PropertyReader(session, module).text("multiarch." + name)));
  }

  @Nullable List<String> list(String name) {
    for (Xpp3Dom dom : configurations) {
      Xpp3Dom list = dom.getChild(name);
      if (list != null && list.getChildCount() > 0) {
        return Stream.of(list.getChildren()).map(Xpp3Dom::getValue).toList();
      }
    }
    return PropertyReader.split(text(name).orElse(null));
  }

  private boolean isSet(String name, String property) {
    return configurations.stream()
        .flatMap(dom -> text(dom, name).stream())
        .findFirst()
        .or(() -> Optional.ofNullable(new PropertyReader(session, module).text(property)))
        .filter(Boolean::parseBoolean)
        .isPresent();
  }

  /** Whether {@code build} makes the image, rather than pass over the module. */
  boolean isBuilt() {
    boolean hasFiles =
        configurations.stream()
            .map(dom -> dom.getChild("files"))
            .anyMatch(files -> files != null && files.getChildCount() > 0);
    return !isSet("skip", "multiarch.skip")
        && !isSet("skipBuild", "multiarch.build.skip")
        && (hasFiles || !module.getPackaging().equals("pom"));
  }

  /**
   * Whether an execution says more than the plugin does, which is all that a goal on the command
   * line sees.
   */
  boolean isOnlyInExecution() {
    return configurations.size() > 1 && !configurations.get(0).equals(configurations.get(1))
        || configurations.size() == 1 && Images.configuration(module).isEmpty();
  }

  /** Where the image's layout, records and summary lie. */
  Workspace workspace() {
    return workspace(text("imageId").orElse(Workspace.DEFAULT_ID));
  }

  /** The same, where the image's id is known. */
  Workspace workspace(String imageId) {
    Path folder =
        text("outputDirectory")
            .map(text -> module.getBasedir().toPath().resolve(text))
            .orElse(Path.of(module.getBuild().getDirectory(), "multiarch"));
    return new Workspace(folder, imageId);
  }

  /** The folder that images are deployed into; empty if that is a registry, or not to be told. */
  Optional<Path> layouts() {
    Optional<String> folder = text("registry").filter(text -> text.startsWith(Destination.LAYOUT));
    return folder.map(
        text ->
            Destination.start(session, module, text)
                .resolve(text.substring(Destination.LAYOUT.length()))
                .normalize());
  }

  /** Whether the POM has the registry as an element, which no command line changes. */
  boolean fixesRegistry() {
    String property = new PropertyReader(session, module).text("multiarch.registry");
    return configurations.stream()
        .flatMap(dom -> text(dom, "registry").stream())
        // Else it most likely is that property, which Maven has put in.
        .anyMatch(element -> property == null || !element.startsWith(property));
  }

  /** Where the module's image goes. */
  Destination destination() {
    Mistakes mistakes = new Mistakes();
    Optional<Destination> destination =
        Destination.of(
            session,
            module,
            text("registry").orElse(null),
            text("image").orElse(module.getArtifactId()),
            list("tags"),
            mistakes);
    mistakes.throwIfAny();
    return destination.orElseThrow();
  }
}
