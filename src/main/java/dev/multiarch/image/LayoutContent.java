package dev.multiarch.image;

import java.util.Locale;

/** What of an image a build puts into its layout. The image itself is the same either way. */
public enum LayoutContent {
  /** All of it. */
  COMPLETE,
  /** All but the layers of a base in a registry: they stay there until somebody needs them. */
  SPARSE;

  /**
   * Reads {@code complete} or {@code sparse}.
   *
   * @throws IllegalArgumentException if the text is neither
   */
  public static LayoutContent parse(String text) {
    try {
      return valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "' is neither complete nor sparse", e);
    }
  }
}
