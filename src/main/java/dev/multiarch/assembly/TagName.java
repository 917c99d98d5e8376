package dev.multiarch.assembly;

import dev.multiarch.oci.Digest;

/**
 * Makes tags of texts that may be too long for one, or hold what a tag may not (OCI distribution
 * spec, "Pulling manifests": {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}}).
 */
final class TagName {

  private static final int LONGEST = 128;
  private static final int HASH = 12;

  private TagName() {}

  /**
   * The text itself where it is a tag. Else one that says the beginning of it and ends with a hash
   * of the whole, so that equal texts give equal tags and different texts different ones.
   */
  static String of(String text) {
    String allowed = text.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[.-]", "_");
    if (allowed.equals(text) && text.length() <= LONGEST) {
      return text;
    }
    String hash = Digest.of(text).hex().substring(0, HASH);
    int kept = Math.min(allowed.length(), LONGEST - HASH - 1);
    return allowed.substring(0, kept) + "-" + hash;
  }
}
