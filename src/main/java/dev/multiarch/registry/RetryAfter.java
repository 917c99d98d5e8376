package dev.multiarch.registry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The pause that {@code Retry-After} asks for: seconds or a date (RFC 9110, section 10.2.3). */
final class RetryAfter {

  private RetryAfter() {}

  /**
   * Reads the header.
   *
   * @return empty if it is missing or means nothing; zero if its date has passed
   */
  static Optional<Duration> of(Answer answer, Instant now) {
    return answer.header("Retry-After").flatMap(value -> parse(value.strip(), now));
  }

  static Optional<Duration> parse(String value, Instant now) {
    try {
      if (value.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
      }
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration until = Duration.between(now, date);
      return Optional.of(until.isNegative() ? Duration.ZERO : until);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
