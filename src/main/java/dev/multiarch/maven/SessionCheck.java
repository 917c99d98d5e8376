package dev.multiarch.maven;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.image.Mistakes;
import dev.multiarch.store.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.plugin.MojoExecution;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.jspecify.annotations.Nullable;

/** What is bound to fail later in a session is said before anything is done. */
record SessionCheck(
    MavenSession session, MavenProject project, String imageId, Destination destination, Log log) {

  private static final String DEPLOY_PLUGIN = "org.apache.maven.plugins:maven-deploy-plugin";
  private static final String JARS = "dev.multiarch.jars";
  private static final String TAGS = "dev.multiarch.tags";

  /** Goals of this plugin that publish, as a command line names them. */
  private static final Pattern PUBLISHING =
      Pattern.compile(
          "(multiarch|dev\\.multiarch:multiarch-maven-plugin(:[^:]+)?):(push|assemble)(@.*)?");

  /** Maven's name for the execution of a goal on the command line. */
  private static final String COMMAND_LINE = "default-cli";

  /** Two executions that build one image would leave the second under the tags of both. */
  void noteSecondImage(@Nullable MojoExecution execution, Mistakes mistakes) {
    Optional<Map<String, String>> mark = BuiltMark.of(project, imageId);
    if (mark.isEmpty() || execution == null) {
      return;
    }
    Set<String> ids = new TreeSet<>();
    ids.add(mark.get().get(BuiltMark.EXECUTION));
    ids.add(execution.getExecutionId());
    if (ids.size() > 1 && !ids.contains(COMMAND_LINE)) {
      mistakes.add(
          "imageId",
          "the executions %s both build image '%s' of this module; give each an imageId of its own"
              .formatted(String.join(" and ", ids), imageId));
    }
  }

  /**
   * Notes what cannot end well.
   *
   * @param missingRegistry what to say where nobody said where the image goes
   */
  void note(
      PlatformSelection selection,
      Set<Check> allowed,
      Optional<String> revision,
      String missingRegistry,
      Mistakes mistakes) {
    Optional<Map<String, String>> mark = BuiltMark.of(project, imageId);
    if (mark.isPresent()) {
      String before = mark.get().get(BuiltMark.REPOSITORY);
      if (before != null && !before.equals(destination.repository().toString())) {
        mistakes.add(
            "imageId",
            "%s and %s are both image '%s' of this module; give each an imageId of its own"
                .formatted(before, destination.repository(), imageId));
      }
    }
    if (!publishes()) {
      return;
    }
    noteTagsOfOthers(mistakes);
    if (!destination.registryGiven()) {
      mistakes.add("registry", missingRegistry);
    } else if (session.isOffline() && destination.repository() instanceof Repository.Remote) {
      mistakes.add(
          "registry",
          "Maven is offline, and %s is in a registry; run without -o, or deploy to oci:DIR"
              .formatted(destination.repository()));
    }
    if (selection.part()
        && !selection.selected().isEmpty()
        && revision.isEmpty()
        && !allowed.contains(Check.REVISION)) {
      mistakes.add("revision", ImageMojo.UNKNOWN_REVISION);
    }
  }

  /** Two images under one tag would overwrite each other, whichever came last. */
  void noteTagsOfOthers(Mistakes mistakes) {
    Map<String, Object> data = session.getRequest().getData();
    Map<String, String> owners;
    synchronized (session.getRequest()) {
      @SuppressWarnings("unchecked")
      Map<String, String> known =
          (Map<String, String>) data.computeIfAbsent(TAGS, k -> new ConcurrentHashMap<>());
      owners = known;
    }
    String own = project.getGroupId() + ":" + project.getArtifactId() + ", image " + imageId;
    for (String tag : destination.tags()) {
      String reference = destination.repository() + ":" + tag;
      String owner = owners.putIfAbsent(reference, own);
      if (owner != null && !owner.equals(own)) {
        mistakes.add(
            "tags",
            "%s is the tag of %s, too; give one of them another image or other tags"
                .formatted(reference, owner));
      }
    }
  }

  /** Whether this run will publish the image, as far as its goals say. */
  boolean publishes() {
    for (String goal : goals()) {
      if (PUBLISHING.matcher(goal).matches()) {
        return true;
      }
    }
    return isDeployed() && Images.isBound(project, "push");
  }

  private boolean isDeployed() {
    return goals().contains("deploy");
  }

  private List<String> goals() {
    String byDefault = session.getTopLevelProject().getBuild().getDefaultGoal();
    return session.getGoals().isEmpty() && byDefault != null
        ? List.of(byDefault.strip().split("\\s+"))
        : session.getGoals();
  }

  /**
   * Several jobs that deploy one release are refused by repositories, and two that deploy one
   * snapshot at the same time lose each other's metadata.
   */
  void warnOfJars(PlatformSelection selection) {
    if (selection.part() && isDeployed() && deploysJars() && isFirst(JARS)) {
      log.warn(
          "This run builds a part of the platforms, and maven-deploy-plugin deploys the module's"
              + " jar all the same, as every other job will. Let one job do it: set"
              + " maven.deploy.skip to true in the profiles of the others.");
    }
  }

  /** Whether nobody in this session has asked this before. */
  private boolean isFirst(String key) {
    synchronized (session.getRequest()) {
      return session.getRequest().getData().putIfAbsent(key, true) == null;
    }
  }

  private boolean deploysJars() {
    Plugin plugin = project.getPlugin(DEPLOY_PLUGIN);
    if (plugin == null) {
      return false;
    }
    for (PluginExecution one : plugin.getExecutions()) {
      if (one.getId().equals("default-deploy") && Images.isOff(one)) {
        return false;
      }
    }
    Xpp3Dom configuration = (Xpp3Dom) plugin.getConfiguration();
    Xpp3Dom skip = configuration == null ? null : configuration.getChild("skip");
    String text =
        skip != null
            ? skip.getValue()
            : new PropertyReader(session, project).text("maven.deploy.skip");
    return text == null || text.equals("false");
  }
}
