package dev.multiarch.testing;

import java.util.function.Predicate;

/**
 * The requests that a fault strikes: the {@code first}-th to the {@code last}-th, counted from the
 * moment of planting, of those that match. A predicate sees the exchange before it is answered.
 */
public record At(Predicate<Exchange> matching, int first, int last) {

  /**
   * The k-th request, the first being 1; requests to the token realm are neither counted nor
   * struck.
   */
  public static At request(int k) {
    return matching(exchange -> exchange.kind() != Kind.TOKEN).nth(k);
  }

  /** The k-th request, those to the token realm included. */
  public static At requestOrToken(int k) {
    return matching(exchange -> true).nth(k);
  }

  /** The k-th request of a kind. */
  public static At kind(Kind kind, int k) {
    return matching(exchange -> exchange.kind() == kind).nth(k);
  }

  /** Every request that matches. */
  public static At matching(Predicate<Exchange> predicate) {
    return new At(predicate, 1, Integer.MAX_VALUE);
  }

  /** Only the k-th of these. */
  public At nth(int k) {
    return new At(matching, k, k);
  }

  /** So many in a row, from the first one on. */
  public At times(int count) {
    return new At(matching, first, first + count - 1);
  }

  /** All from the first one on. */
  public At andEver() {
    return new At(matching, first, Integer.MAX_VALUE);
  }
}
