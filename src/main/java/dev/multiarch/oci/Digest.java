package dev.multiarch.oci;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a piece of content: a hash algorithm and the hash of its bytes in lower-case hex, as
 * in {@code sha256:6c3c…} (OCI image spec, descriptor.md, "Digests").
 *
 * @param algorithm {@code sha256} or {@code sha512}, the two registered algorithms
 * @param hex the hash, in as many lower-case hex digits as the algorithm gives
 */
public record Digest(String algorithm, String hex) implements Comparable<Digest> {

  /** What this project writes; sha512 is only read. */
  public static final String SHA256 = "sha256";

  private static final int SHA256_DIGITS = 64;
  private static final int SHA512_DIGITS = 128;
  private static final int SHORT_HEX = 12;

  /**
   * @throws IllegalArgumentException if the algorithm is not registered or the hash has another
   *     form than the algorithm's
   */
  public Digest {
    int digits =
        switch (algorithm) {
          case SHA256 -> SHA256_DIGITS;
          case "sha512" -> SHA512_DIGITS;
          default ->
              throw new IllegalArgumentException(
                  "unknown digest algorithm '" + algorithm + "' (expected sha256 or sha512)");
        };
    if (hex.length() != digits || !isLowerHex(hex)) {
      throw new IllegalArgumentException("'" + hex + "' is not a hash of " + algorithm);
    }
  }

  /** Not by an expression: a build checks thousands before those are compiled. */
  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if the text is not a digest
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("'" + text + "' is not a digest (algorithm:hex)");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  // The JDK puts a record's own equals and hashCode together at their first call, which would take
  // a twentieth of a second of a build that has nothing else to do.

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest
        && hex.equals(digest.hex)
        && algorithm.equals(digest.algorithm);
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }

  /** Whether the text is meant as a digest: no tag has a colon. */
  public static boolean isDigest(String text) {
    return text.indexOf(':') > 0;
  }

  /** The SHA-256 digest of these bytes. */
  public static Digest of(byte[] bytes) {
    return of(sha256().digest(bytes), SHA256);
  }

  /** The SHA-256 digest of this text in UTF-8. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The digest that a finished SHA-256 computation stands for; resets {@code hash}. */
  public static Digest of(MessageDigest hash) {
    return of(hash.digest(), SHA256);
  }

  private static Digest of(byte[] hash, String algorithm) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** A new SHA-256 computation. */
  public static MessageDigest sha256() {
    return hasher("SHA-256");
  }

  /** A new computation with this digest's algorithm. */
  public MessageDigest newHash() {
    return hasher(algorithm.equals(SHA256) ? "SHA-256" : "SHA-512");
  }

  /** Whether the finished computation {@code hash}, made by {@link #newHash}, is this digest. */
  public boolean matches(MessageDigest hash) {
    return hex.equals(HexFormat.of().formatHex(hash.digest()));
  }

  private static MessageDigest hasher(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }

  /** The first hex digits, as many as a person needs to tell digests apart in a log. */
  public String abbreviated() {
    return algorithm + ":" + hex.substring(0, SHORT_HEX);
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
