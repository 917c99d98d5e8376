package dev.multiarch.ci;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with gaps. {@code @name@} stands for a value; the lines of a value with several are
 * indented as its gap is. The lines between {@code #? name} and {@code #?} are there only if {@code
 * name} holds, those after {@code #? !name} only if it does not; such parts may lie in each other.
 * To YAML all of this is a comment or a text, so that an editor reads a template as what it is.
 */
final class Template {

  private static final Pattern MARK = Pattern.compile("\\s*#\\?(?: (!?)([A-Za-z]+))?");
  private static final Pattern GAP = Pattern.compile("@([a-z][A-Za-z]*)@");
  private static final Pattern GAP_ALONE = Pattern.compile("(\\s*)@([a-z][A-Za-z]*)@");

  private final String text;

  private Template(String text) {
    this.text = text;
  }

  static Template of(String text) {
    return new Template(text);
  }

  /** A template that lies beside this class. */
  static Template resource(String name) {
    try (InputStream in = Template.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no template " + name);
      }
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text with everything filled in.
   *
   * @throws IllegalArgumentException if a gap has no value
   */
  String fill(Map<String, String> values, Set<String> holding) {
    StringBuilder filled = new StringBuilder();
    int depth = 0;
    // How deep the outermost part lies that is left out; 0 if none is.
    int leftOut = 0;
    for (String line : text.lines().toList()) {
      Matcher mark = MARK.matcher(line);
      if (mark.matches() && mark.group(2) != null) {
        depth++;
        boolean wanted = mark.group(1).isEmpty();
        if (leftOut == 0 && holding.contains(mark.group(2)) != wanted) {
          leftOut = depth;
        }
      } else if (mark.matches()) {
        leftOut = leftOut == depth ? 0 : leftOut;
        depth--;
      } else if (leftOut == 0) {
        filled.append(fill(line, values)).append('\n');
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException("a part of the template does not begin or end");
    }
    return filled.toString();
  }

  private static String fill(String line, Map<String, String> values) {
    Matcher alone = GAP_ALONE.matcher(line);
    if (alone.matches()) {
      return value(values, alone.group(2)).indent(alone.group(1).length()).stripTrailing();
    }
    return GAP.matcher(line)
        .replaceAll(gap -> Matcher.quoteReplacement(value(values, gap.group(1))));
  }

  private static String value(Map<String, String> values, String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("nothing is given for @" + name + "@");
    }
    return value;
  }
}
