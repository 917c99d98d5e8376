package dev.multiarch.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.PluginExecution;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.util.xml.Xpp3Dom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationReaderTest {

  @TempDir Path classes;

  @Test
  void theBaseHasTheReleaseOfTheClassesOrTheNextThatThereAreImagesOfForGood() {
    assertThat(ApplicationReader.defaultBase(0)).isEqualTo("eclipse-temurin:8-jre");
    assertThat(ApplicationReader.defaultBase(17)).isEqualTo("eclipse-temurin:17-jre");
    assertThat(ApplicationReader.defaultBase(18)).isEqualTo("eclipse-temurin:21-jre");
    assertThat(ApplicationReader.defaultBase(26)).isEqualTo("eclipse-temurin:26-jre");
  }

  @Test
  void aFolderWithoutAnyClassIsNoProgram() throws IOException {
    Files.createDirectories(classes.resolve("META-INF"));
    Files.writeString(classes.resolve("application.properties"), "");
    assertThat(ApplicationReader.classes(classes)).isEmpty();
    assertThat(ApplicationReader.classes(classes.resolve("none"))).isEmpty();
  }

  @Test
  void classesBehindALinkAreThoseThatItLeadsTo() throws IOException {
    write("elsewhere/a/B.class", 61);
    Path link = Files.createSymbolicLink(classes.resolve("link"), Path.of("elsewhere"));
    assertThat(ApplicationReader.classes(link)).contains(classes.resolve("elsewhere").toRealPath());
  }

  private void write(String name, int major) throws IOException {
    Path file = classes.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        new byte[] {(byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, (byte) major});
  }

  @Test
  void aMainClassMayBeSaidToAPluginsExecution() {
    MavenProject project = new MavenProject();
    Plugin plugin = new Plugin();
    plugin.setGroupId("org.apache.maven.plugins");
    plugin.setArtifactId("maven-jar-plugin");
    project.getBuild().addPlugin(plugin);
    assertThat(mainClass(project)).isNull();
    plugin.addExecution(execution("default-jar", "demo.Main"));
    assertThat(mainClass(project)).isEqualTo("demo.Main");
    // Whose program the image is, two jars do not say, unless one is no more.
    PluginExecution other = execution("other-jar", "demo.Other");
    plugin.addExecution(other);
    assertThat(mainClass(project)).isNull();
    plugin.setConfiguration(plugin.getExecutions().get(0).getConfiguration());
    assertThat(mainClass(project)).isEqualTo("demo.Main");
    plugin.setConfiguration(null);
    other.setPhase("none");
    assertThat(mainClass(project)).isEqualTo("demo.Main");
  }

  private static String mainClass(MavenProject project) {
    return ApplicationReader.configured(
        project, "org.apache.maven.plugins:maven-jar-plugin", "archive", "manifest");
  }

  private static PluginExecution execution(String id, String mainClass) {
    Xpp3Dom configuration = new Xpp3Dom("configuration");
    Xpp3Dom node = configuration;
    for (String name : List.of("archive", "manifest", "mainClass")) {
      Xpp3Dom child = new Xpp3Dom(name);
      node.addChild(child);
      node = child;
    }
    node.setValue(mainClass);
    PluginExecution execution = new PluginExecution();
    execution.setId(id);
    execution.setConfiguration(configuration);
    return execution;
  }
}
