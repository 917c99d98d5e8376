package dev.multiarch.maven;

import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Values of nested elements, which Maven itself does not read from properties: the element, else
 * the property from the command line, else the POM's property.
 */
final class PropertyReader {

  private final Properties user;
  private final Properties system;
  private final Properties pom;

  PropertyReader(MavenSession session, MavenProject project) {
    this.user = session.getUserProperties();
    this.system = session.getSystemProperties();
    this.pom = project.getProperties();
  }

  /** The text of a property; null if it is set nowhere or blank. */
  @Nullable String text(String name) {
    for (Properties properties : List.of(user, pom, system)) {
      String value = properties.getProperty(name);
      if (value != null && !value.isBlank()) {
        return value;
      }
    }
    return null;
  }

  @Nullable String text(@Nullable String element, String name) {
    return element != null ? element : text(name);
  }

  /** A list with commas between its parts. */
  @Nullable List<String> list(@Nullable List<String> element, String name) {
    return element != null ? element : split(text(name));
  }

  /** The parts of a text with commas between them; null for null. */
  static @Nullable List<String> split(@Nullable String text) {
    return text == null
        ? null
        : Stream.of(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
