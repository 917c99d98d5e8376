package dev.multiarch.maven;

import dev.multiarch.image.Application;
import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/** Reads the Java program that a module is, if it is one. */
final class ApplicationReader {

  private static final String CLASS = ".class";

  /** Maven 4's type for the module path; a program here has a class path only. */
  private static final String MODULAR_JAR = "modular-jar";

  /** What is compiled or tested with only. A jar of the scope system no container provides. */
  private static final Set<String> NOT_RUN_WITH =
      Set.of(Artifact.SCOPE_TEST, Artifact.SCOPE_PROVIDED);

  private static final List<Integer> LONG_TERM = List.of(8, 11, 17, 21, 25);

  private final MavenSession session;
  private final MavenProject project;
  private final PropertyReader properties;

  ApplicationReader(MavenSession session, MavenProject project, PropertyReader properties) {
    this.session = session;
    this.project = project;
    this.properties = properties;
  }

  /** The module's program; empty if it has no classes. */
  Optional<Application> read(ContainerParameters container) throws IOException {
    Optional<Path> classes = classes(Path.of(project.getBuild().getOutputDirectory()));
    if (classes.isEmpty()) {
      return Optional.empty();
    }
    List<String> flags = properties.list(container.jvmFlags, "multiarch.container.jvmFlags");
    String root = properties.text(container.appRoot, "multiarch.container.appRoot");
    return Optional.of(
        new Application(
            classes.get(),
            dependencies(),
            Optional.ofNullable(mainClass(container)),
            flags == null ? List.of() : flags,
            root == null ? Application.DEFAULT_ROOT : root));
  }

  /** The folder, if there is a class in it; where it is a link, what that leads to. */
  static Optional<Path> classes(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || !hasClass(folder)) {
      return Optional.empty();
    }
    // Whoever walks through a folder does not follow the link that the walk begins at.
    return Optional.of(Files.isSymbolicLink(folder) ? folder.toRealPath() : folder);
  }

  private static boolean hasClass(Path folder) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (entry.toString().endsWith(CLASS)
            || Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && hasClass(entry)) {
          return true;
        }
      }
    }
    return false;
  }

  private List<Dependency> dependencies() {
    // All modules, not only those of this run: with -pl the layers must be the same.
    Set<String> modules = new HashSet<>();
    for (MavenProject module : session.getAllProjects()) {
      modules.add(module.getGroupId() + ":" + module.getArtifactId());
    }
    List<Dependency> dependencies = new ArrayList<>();
    for (Artifact artifact : project.getArtifacts()) {
      if ((artifact.getArtifactHandler().isAddedToClasspath()
              || artifact.getType().equals(MODULAR_JAR))
          && artifact.getFile() != null
          && !NOT_RUN_WITH.contains(String.valueOf(artifact.getScope()))) {
        dependencies.add(new Dependency(artifact.getFile().toPath(), kind(artifact, modules)));
      }
    }
    return dependencies;
  }

  private static Kind kind(Artifact artifact, Set<String> modules) {
    if (modules.contains(artifact.getGroupId() + ":" + artifact.getArtifactId())) {
      return Kind.PROJECT;
    }
    return artifact.isSnapshot() ? Kind.SNAPSHOT : Kind.RELEASE;
  }

  /** What the POM says of the main class, here or to the plugins that make jars of it. */
  private @Nullable String mainClass(ContainerParameters container) {
    String[] places = {
      properties.text(container.mainClass, "multiarch.container.mainClass"),
      configured(project, "org.apache.maven.plugins:maven-jar-plugin", "archive", "manifest"),
      configured(project, "org.springframework.boot:spring-boot-maven-plugin"),
      properties.text("start-class")
    };
    for (String name : places) {
      // spring-boot-starter-parent names ${start-class}, which most projects leave unset.
      if (name != null && !name.isBlank() && !name.contains("${")) {
        return name;
      }
    }
    return null;
  }

  /** What a plugin is told, else its executions, if they are all told one thing; null for none. */
  static @Nullable String configured(MavenProject project, String pluginKey, String... path) {
    Plugin plugin = project.getPlugin(pluginKey);
    if (plugin == null) {
      return null;
    }
    String ofPlugin = mainClass(plugin.getConfiguration(), path);
    if (ofPlugin != null) {
      return ofPlugin;
    }
    Set<String> named = new LinkedHashSet<>();
    for (PluginExecution execution : plugin.getExecutions()) {
      if (!Images.isOff(execution)) {
        named.add(mainClass(execution.getConfiguration(), path));
      }
    }
    named.remove(null);
    // Several jars of several programs say nothing of the image's.
    return named.size() == 1 ? named.iterator().next() : null;
  }

  private static @Nullable String mainClass(@Nullable Object configuration, String... path) {
    Xpp3Dom node = (Xpp3Dom) configuration;
    for (String name : path) {
      node = node == null ? null : node.getChild(name);
    }
    node = node == null ? null : node.getChild("mainClass");
    return node == null ? null : node.getValue();
  }

  /**
   * The base that suits the program: the JRE of the Java version that its classes are made for, or
   * of the next one that there are images of for good.
   */
  static String defaultBase(int release) {
    int offered = release;
    for (int one : LONG_TERM) {
      if (one >= release) {
        offered = one;
        break;
      }
    }
    return "eclipse-temurin:" + offered + "-jre";
  }
}
