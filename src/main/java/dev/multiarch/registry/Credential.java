package dev.multiarch.registry;

/**
 * What proves to a registry who is asking.
 *
 * @param user the user's name; of no meaning with an identity token
 * @param secret the password or the token
 * @param identityToken whether the secret is an OAuth2 refresh token, which only ever goes to the
 *     registry's token server
 */
public record Credential(String user, String secret, boolean identityToken) {

  /** A user and a password. */
  public static Credential basic(String user, String password) {
    return new Credential(user, password, false);
  }

  /** A token that stands for a login elsewhere. */
  public static Credential identityToken(String token) {
    return new Credential("", token, true);
  }

  /** Shows nothing that is secret. */
  @Override
  public String toString() {
    return identityToken ? "an identity token" : "user " + user;
  }
}
