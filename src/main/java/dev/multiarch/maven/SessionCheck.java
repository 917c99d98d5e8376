package dev.multiarch.maven;

import dev.multiarch.assembly.Expectation.Check;
import dev.multiarch.image.Mistakes;
import dev.multiarch.store.Repository;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Plugin;
import org.apache.maven.plugin.logging.Log;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;

/** What is bound to fail later in a session is said before anything is done. */
record SessionCheck(
    MavenSession session, MavenProject project, String imageId, Destination destination) {

  private static final String DEPLOY_PLUGIN = "org.apache.maven.plugins:maven-deploy-plugin";
  private static final String TAGS = "dev.multiarch.tags";

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
  private void noteTagsOfOthers(Mistakes mistakes) {
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

  private boolean publishes() {
    for (String goal : session.getGoals()) {
      if (goal.matches(".*:(push|assemble).*")) {
        return true;
      }
    }
    return isDeployed() && Images.isBound(project, "push");
  }

  private boolean isDeployed() {
    return session.getGoals().contains("deploy");
  }

  /**
   * Several jobs that deploy one release are refused by repositories, and two that deploy one
   * snapshot at the same time lose each other's metadata.
   */
  void warnOfJars(PlatformSelection selection, Log log) {
    if (selection.part() && isDeployed() && deploysJars()) {
      log.warn(
          "This run builds a part of the platforms, and maven-deploy-plugin deploys the module's"
              + " jar all the same, as every other job will. Let one job do it: set"
              + " maven.deploy.skip to true in the profiles of the others.");
    }
  }

  private boolean deploysJars() {
    Plugin plugin = project.getPlugin(DEPLOY_PLUGIN);
    if (plugin == null) {
      return false;
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
