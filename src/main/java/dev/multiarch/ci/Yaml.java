package dev.multiarch.ci;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The little YAML that is made here rather than lying in a template: a list of maps of texts. */
final class Yaml {

  /** What every reader takes for a text and for this one; all else is quoted as JSON quotes it. */
  private static final Pattern PLAIN =
      Pattern.compile("-?[A-Za-z]([A-Za-z0-9 ./_,=-]*[A-Za-z0-9])?");

  private static final Pattern NO_TEXT =
      Pattern.compile("true|false|yes|no|on|off|y|n|null", Pattern.CASE_INSENSITIVE);

  private Yaml() {}

  /** A list with an entry for each object, the fields of an entry on lines of their own. */
  static String list(List<JsonObject> entries) {
    return entries.stream()
        .map(
            entry ->
                entry.entrySet().stream()
                    .map(field -> field.getKey() + ": " + value(field.getValue()))
                    .collect(Collectors.joining("\n  ", "- ", "")))
        .collect(Collectors.joining("\n"));
  }

  /** A text, or a list of texts in brackets. */
  static String value(JsonElement value) {
    return value instanceof JsonArray texts
        ? texts.asList().stream()
            .map(JsonElement::toString)
            .collect(Collectors.joining(", ", "[", "]"))
        : text(value);
  }

  private static String text(JsonElement value) {
    String text = value.getAsString();
    boolean plain = PLAIN.matcher(text).matches() && !NO_TEXT.matcher(text).matches();
    return plain ? text : value.toString();
  }
}
