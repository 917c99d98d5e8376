package dev.multiarch.layer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who owns a file in an image. Numbers only: a name would mean something else in every base.
 *
 * @param user the user's number
 * @param group the group's number
 */
public record Owner(int user, int group) {

  public static final Owner ROOT = new Owner(0, 0);

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?::(\\d{1,9}))?");

  /**
   * Reads {@code uid[:gid]}; the group is the user's number if it is not given.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Owner parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an owner (uid[:gid], as numbers: a layer holds no names)");
    }
    int user = Integer.parseInt(parts.group(1));
    return new Owner(user, parts.group(2) == null ? user : Integer.parseInt(parts.group(2)));
  }

  /** Checks the numbers. */
  public Owner {
    if (user < 0 || group < 0) {
      throw new IllegalArgumentException(user + ":" + group + " is nobody's number");
    }
  }

  // Not the record's own, which takes long when it is first called.

  @Override
  public boolean equals(Object other) {
    return other instanceof Owner owner && user == owner.user && group == owner.group;
  }

  @Override
  public int hashCode() {
    return 31 * user + group;
  }

  @Override
  public String toString() {
    return user + ":" + group;
  }
}
