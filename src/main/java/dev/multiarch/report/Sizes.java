package dev.multiarch.report;

import java.util.Locale;

/** Sizes as people read them. */
public final class Sizes {

  private static final double KILO = 1000;

  private Sizes() {}

  /** A number of bytes in the largest fitting decimal unit: {@code 38.2 MB}. */
  public static String format(long bytes) {
    if (bytes < KILO) {
      return bytes + " B";
    }
    if (bytes < KILO * KILO) {
      return "%.0f kB".formatted(bytes / KILO);
    }
    return bytes < KILO * KILO * KILO
        ? String.format(Locale.ROOT, "%.1f MB", bytes / KILO / KILO)
        : String.format(Locale.ROOT, "%.2f GB", bytes / KILO / KILO / KILO);
  }
}
