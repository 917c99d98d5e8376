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
   * @param image which of the module's images
   */
  static ModuleParameters of(MavenSession session, MavenProject module, String image) {
    Stream<Object> ofExecution =
        Images.plugin(module).stream()
            .flatMap(plugin -> plugin.getExecutions().stream())
            .filter(execution -> execution.getGoals().contains("build"))
            .map(PluginExecution::getConfiguration)
            .filter(dom -> image.equals(text(dom, "imageId").orElse(Workspace.DEFAULT_ID)));
    Stream<Object> ofPlugin =
        Images.plugin(module).map(plugin -> plugin.getConfiguration()).stream();
    return new ModuleParameters(
        session,
        module,
        Stream.concat(ofExecution, ofPlugin)
            .filter(Xpp3Dom.class::isInstance)
            .map(Xpp3Dom.class::cast)
            .toList());
  }

  private static Optional<String> text(@Nullable Object dom, String name) {
    return dom instanceof Xpp3Dom node
        ? Optional.ofNullable(node.getChild(name)).map(Xpp3Dom::getValue)
        : Optional.empty();
  }

  private Optional<String> text(String name) {
    return configurations.stream()
        .map(dom -> text(dom, name))
        .flatMap(Optional::stream)
        .findFirst()
        .or(
            () ->
                Optional.ofNullable(new PropertyReader(session, module).text("multiarch." + name)));
  }

  private @Nullable List<String> list(String name) {
    for (Xpp3Dom dom : configurations) {
      Xpp3Dom list = dom.getChild(name);
      if (list != null && list.getChildCount() > 0) {
        return Stream.of(list.getChildren()).map(Xpp3Dom::getValue).toList();
      }
    }
    return PropertyReader.split(text(name).orElse(null));
  }

  /** Where the module's image goes. */
  Destination destination() {
    boolean fromCommandLine = session.getUserProperties().containsKey("multiarch.registry");
    Mistakes mistakes = new Mistakes();
    Optional<Destination> destination =
        Destination.of(
            text("registry").orElse(null),
            text("image").orElse(module.getArtifactId()),
            list("tags"),
            module.getVersion(),
            fromCommandLine
                ? Path.of(System.getProperty("user.dir"))
                : module.getBasedir().toPath(),
            mistakes);
    mistakes.throwIfAny();
    return destination.orElseThrow();
  }
}
