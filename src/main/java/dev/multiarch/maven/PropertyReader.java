package dev.multiarch.maven;

import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.Nullable;

/**
 * Values of nested elements, which Maven itself does not read from properties: the element, else
 * the property from the command line, else the POM's property.
 */
final class PropertyReader {

  private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^}]+)}");

  private final Properties user;
  private final Properties system;
  private final Properties pom;

  PropertyReader(MavenSession session, MavenProject project) {
    this(session.getUserProperties(), session.getSystemProperties(), project.getProperties());
  }

  PropertyReader(Properties user, Properties system, Properties pom) {
    this.user = user;
    this.system = system;
    this.pom = pom;
  }

  /** The text of a property; null if it is set nowhere or blank. */
  @Nullable String text(String name) {
    for (Properties properties : List.of(user, pom, system)) {
      String value = properties.getProperty(name);
      if (value != null && !value.isBlank()) {
        return replaced(value);
      }
    }
    return null;
  }

  /**
   * With what plugins have set while the build runs, such as {@code ${org.slf4j:slf4j-api:jar}};
   * Maven has replaced what was known when it read the POM.
   */
  private String replaced(String value) {
    if (!value.contains("${")) {
      return value;
    }
    return EXPRESSION
        .matcher(value)
        .replaceAll(
            match -> {
              String name = match.group(1);
              for (Properties properties : List.of(user, pom, system)) {
                String known = properties.getProperty(name);
                if (known != null) {
                  return Matcher.quoteReplacement(known);
                }
              }
              return Matcher.quoteReplacement(match.group());
            });
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
