package dev.multiarch.registry;

import java.time.Duration;
import java.time.Instant;

/**
 * A bearer token.
 *
 * @param value what is sent; secret
 * @param renewAt from when on another one is fetched
 */
record Token(String value, Instant renewAt) {

  private static final Duration MARGIN = Duration.ofSeconds(10);

  /**
   * @param lifetime as the token server said; a request may be on its way for a while, so the token
   *     is renewed ten seconds before its end, or at half time if it is a short one
   */
  static Token of(String value, Instant now, Duration lifetime) {
    Duration half = lifetime.dividedBy(2);
    Duration early = lifetime.minus(MARGIN);
    return new Token(value, now.plus(early.compareTo(half) > 0 ? early : half));
  }

  boolean isGood(Instant now) {
    return now.isBefore(renewAt);
  }

  @Override
  public String toString() {
    return "a token";
  }
}
