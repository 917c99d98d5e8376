package dev.multiarch.image;

import java.util.List;

/** The configuration cannot be carried out. Nothing has been done; the user can mend it. */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param mistakes each with the parameter it is about and what to do
   */
  public ConfigurationException(List<String> mistakes) {
    super(
        mistakes.size() == 1
            ? mistakes.get(0)
            : mistakes.size() + " mistakes:\n  - " + String.join("\n  - ", mistakes));
  }

  public ConfigurationException(String parameter, String text) {
    this(List.of(parameter + ": " + text));
  }
}
