package dev.multiarch.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to a registry who asks. Its text shows nothing secret. */
public final class Credential {

  private final String user;
  private final String secret;
  private final boolean identityToken;
  private final String source;

  private Credential(String user, String secret, boolean identityToken, String source) {
    this.user = user;
    this.secret = secret;
    this.identityToken = identityToken;
    this.source = source;
  }

  /** A user name with a password or access token (RFC 7617). */
  public static Credential basic(String user, String password) {
    return new Credential(user, password, false, "");
  }

  /** A refresh token that the registry's token server changes into access tokens (OAuth2). */
  public static Credential identityToken(String token) {
    return new Credential("<token>", token, true, "");
  }

  /** The same credential, known to come from {@code place}, for messages. */
  public Credential from(String place) {
    return new Credential(user, secret, identityToken, place);
  }

  boolean isIdentityToken() {
    return identityToken;
  }

  String user() {
    return user;
  }

  String secret() {
    return secret;
  }

  String source() {
    return source;
  }

  /** The value of an {@code Authorization} header. */
  String basicHeader() {
    byte[] pair = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /** Whose credential this is and where it was found. */
  @Override
  public String toString() {
    String who = identityToken ? "an identity token" : "credentials of '" + user + "'";
    return source.isEmpty() ? who : who + " from " + source;
  }
}
