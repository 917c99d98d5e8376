package dev.multiarch.maven;

import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** Which modules of a session have images. */
final class Images {

  private static final String PLUGIN = "dev.multiarch:multiarch-maven-plugin";

  private Images() {}

  /** This plugin as a module's POM names it, its parents' POMs included. */
  static Optional<Plugin> plugin(MavenProject project) {
    return Optional.ofNullable(project.getPlugin(PLUGIN));
  }

  /**
   * What goals on the command line are given as their configuration, as Maven has it: that of the
   * plugin, and where the module does not use it that of its management.
   */
  static Optional<Xpp3Dom> configuration(MavenProject project) {
    Optional<Plugin> managed =
        Optional.ofNullable(project.getPluginManagement())
            .map(management -> management.getPluginsAsMap().get(PLUGIN));
    return plugin(project).or(() -> managed).map(plugin -> (Xpp3Dom) plugin.getConfiguration());
  }

  /** Whether a command line in the module's folder knows the plugin by its prefix. */
  static boolean isNamed(MavenProject project) {
    return plugin(project).isPresent()
        || project.getPluginManagement() != null
            && project.getPluginManagement().getPluginsAsMap().containsKey(PLUGIN);
  }

  /** Whether a goal is bound to a phase of the module's lifecycle. */
  static boolean isBound(MavenProject project, String goal) {
    Optional<Plugin> plugin = plugin(project);
    if (plugin.isPresent()) {
      for (PluginExecution execution : plugin.get().getExecutions()) {
        if (execution.getGoals().contains(goal) && !isOff(execution)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether an execution is bound to no phase, which is how POMs switch off an inherited one. */
  static boolean isOff(PluginExecution execution) {
    return "none".equals(execution.getPhase());
  }

  /**
   * Whether a call on the command line means the module: where no POM names the plugin it means
   * every one, else those whose POMs do.
   */
  static boolean isMeant(MavenSession session, MavenProject project) {
    return plugin(project).isPresent()
        || session.getAllProjects().stream().allMatch(other -> plugin(other).isEmpty());
  }
}
