package dev.multiarch.assembly;

import dev.multiarch.oci.Platform;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tags for people who want one platform by name, such as {@code 1.0-linux-arm64}. They name what
 * the index names, and are written together with its tags.
 *
 * @param template the text with {@code {tag}}, {@code {platform}} (with dashes), {@code {os}},
 *     {@code {arch}} and {@code {variant}} (with a dash before it, or nothing)
 */
public record PlatformTags(String template) {

  /** What to do where two platforms would have one tag. */
  public static final String REMEDY = "Use {platform} in platformTag, or {os} and {variant} too.";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^}]*)\\}");

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException if it would give one tag for several, or cannot be understood
   */
  public static PlatformTags parse(String text) {
    PlatformTags tags = new PlatformTags(text.strip());
    if (!text.contains("{tag}")) {
      throw new IllegalArgumentException(
          "'" + text + "' needs {tag}, or every tag of the image would get the same");
    }
    if (!text.contains("{platform}") && !text.contains("{arch}")) {
      throw new IllegalArgumentException(
          "'" + text + "' needs {platform} or {arch}, or every platform would get the same tag");
    }
    tags.tag("1", Platform.parse("linux/amd64"));
    return tags;
  }

  /** The tag of one platform. */
  public String tag(String tag, Platform platform) {
    Matcher matcher = PLACEHOLDER.matcher(template);
    return TagName.of(
        matcher.replaceAll(
            match -> Matcher.quoteReplacement(value(match.group(1), tag, platform))));
  }

  private String value(String name, String tag, Platform platform) {
    return switch (name) {
      case "tag" -> tag;
      case "platform" -> platform.dashed();
      case "os" -> platform.os();
      case "arch" -> platform.architecture();
      case "variant" -> platform.variant().map(v -> "-" + v).orElse("");
      default ->
          throw new IllegalArgumentException(
              "'%s' has {%s}, but only {tag}, {platform}, {os}, {arch} and {variant} are known"
                  .formatted(template, name));
    };
  }
}
