package dev.multiarch.testing;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Digests as text, of the two algorithms that the OCI image specification registers. */
public final class Digests {
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");

  private Digests() {}

  /** Returns {@code sha256:} and the hexadecimal hash of some bytes. */
  public static String sha256(byte[] content) {
    return digest("sha256", content);
  }

  static boolean isDigest(String text) {
    return FORM.matcher(text).matches();
  }

  /** Tells whether a digest of either algorithm is that of the content. */
  static boolean matches(String digest, byte[] content) {
    return isDigest(digest)
        && digest.equals(digest(digest.substring(0, digest.indexOf(':')), content));
  }

  private static String digest(String algorithm, byte[] content) {
    try {
      String javaName = algorithm.equals("sha512") ? "SHA-512" : "SHA-256";
      byte[] hash = MessageDigest.getInstance(javaName).digest(content);
      return algorithm + ":" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
