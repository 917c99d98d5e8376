package dev.multiarch.maven;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Reads {@code project.build.outputTimestamp} as Maven's own plugins do. */
final class Timestamps {

  private Timestamps() {}

  /**
   * @param text ISO 8601 or seconds since the epoch; null, or one character that is no digit, turns
   *     it off
   * @return the time to the second; the epoch if there is none
   * @throws IllegalArgumentException if the text is none of these
   */
  static Instant parse(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return Instant.EPOCH;
    }
    String value = text.strip();
    if (value.chars().allMatch(Character::isDigit)) {
      return seconds(value);
    }
    if (value.length() == 1) {
      return Instant.EPOCH;
    }
    try {
      return OffsetDateTime.parse(value).toInstant().truncatedTo(ChronoUnit.SECONDS);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time (2026-01-31T12:00:00Z, or seconds since the epoch)", e);
    }
  }

  private static Instant seconds(String value) {
    try {
      return Instant.ofEpochSecond(Long.parseLong(value));
    } catch (NumberFormatException | DateTimeException e) {
      throw new IllegalArgumentException("'" + value + "' is not a number of seconds", e);
    }
  }
}
