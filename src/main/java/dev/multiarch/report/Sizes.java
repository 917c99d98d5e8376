package dev.multiarch.report;

/** Sizes as people read them. */
public final class Sizes {

  private static final long KILO = 1000;
  private static final long MEGA = KILO * KILO;
  private static final long GIGA = KILO * MEGA;

  private Sizes() {}

  /** A number of bytes in the largest fitting decimal unit: {@code 38.2 MB}. */
  public static String format(long bytes) {
    if (bytes < KILO) {
      return bytes + " B";
    }
    if (bytes < MEGA) {
      return rounded(bytes, KILO) + " kB";
    }
    if (bytes < GIGA) {
      long tenths = rounded(bytes, MEGA / 10);
      return tenths / 10 + "." + tenths % 10 + " MB";
    }
    long hundredths = rounded(bytes, GIGA / 100);
    return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + " GB";
  }

  private static long rounded(long bytes, long unit) {
    return (bytes + unit / 2) / unit;
  }
}
