package dev.multiarch.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong with a configuration, so that all of it is said at once. */
public final class Mistakes {

  private final List<String> found = new ArrayList<>();

  /**
   * Notes a mistake.
   *
   * @param parameter the parameter as the user knows it
   * @param text what is wrong with it and what to do
   */
  public void add(String parameter, @Nullable String text) {
    String mistake = parameter + ": " + text;
    if (!found.contains(mistake)) {
      found.add(mistake);
    }
  }

  /** Reads a value; one that the parser refuses becomes a mistake with the parser's words. */
  public <T> Optional<T> parse(
      String parameter, @Nullable String value, Function<String, T> parser) {
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(value));
    } catch (IllegalArgumentException e) {
      add(parameter, e.getMessage());
      return Optional.empty();
    }
  }

  /** Reads each of some values, leaving out those that the parser refuses. */
  public <T> List<T> parseAll(
      String parameter, @Nullable List<String> values, Function<String, T> parser) {
    List<T> parsed = new ArrayList<>();
    if (values != null) {
      for (String value : values) {
        if (value == null || value.isBlank()) {
          add(parameter, "one of its values is empty");
        } else {
          Optional<T> one = parse(parameter, value, parser);
          if (one.isPresent()) {
            parsed.add(one.get());
          }
        }
      }
    }
    return parsed;
  }

  /** Whether nothing was found. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends here if anything was wrong.
   *
   * @throws ConfigurationException naming every mistake
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }
}
