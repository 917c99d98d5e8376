package dev.multiarch.registry;

import com.google.gson.JsonObject;
import dev.multiarch.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one file of Docker or Podman says of logins: {@code auths} with what the file keeps itself,
 * {@code credHelpers} with the helpers of single keys, and {@code credsStore}, the helper for all.
 *
 * @param auths what is kept under each key; nothing in it where a helper keeps it
 * @param helpers the name of a helper for each key
 * @param config the whole file
 */
record Logins(JsonObject auths, JsonObject helpers, JsonObject config) {

  /** The keys under which there may be something for Docker Hub; Docker's own is the first. */
  private static final List<String> HUB =
      List.of(
          "https://index.docker.io/v1/",
          "docker.io",
          "index.docker.io",
          "registry-1.docker.io",
          "registry.hub.docker.com");

  /** What an address may have behind the registry: at most the version of the protocol. */
  private static final Set<String> BEHIND_A_REGISTRY =
      Set.of("", "/", "/v1", "/v1/", "/v2", "/v2/");

  /**
   * @throws IllegalArgumentException if it is no JSON object; the message may hold some of it
   */
  static Logins parse(byte[] bytes) {
    JsonObject config = Json.parseObject(bytes);
    return new Logins(
        Json.objectOrEmpty(config, spelled(config, "auths")),
        Json.objectOrEmpty(config, spelled(config, "credHelpers")),
        config);
  }

  /**
   * The keys under which there may be something for a repository, in the order in which they count.
   */
  Set<String> keys(String registry, String repository) {
    Set<String> keys = namespaces(registry, repository);
    keys.removeIf(key -> !auths.has(key) && !helpers.has(key));
    keys.addAll(keys(registry));
    return keys;
  }

  /**
   * The name of the helper that is to be asked for a key: its own, else the one for all.
   *
   * @return empty text if there is none
   * @throws IllegalArgumentException if it is no text
   */
  String helper(String key) {
    return helpers.has(key) ? text(helpers, key) : text(config, "credsStore");
  }

  /**
   * What is kept under a key in the file itself.
   *
   * @return empty if there is nothing, as where a helper keeps it
   * @throws IllegalArgumentException if it is no credential; the message may hold what it is
   */
  Optional<Credential> credential(String key) {
    JsonObject entry = Json.objectOrEmpty(auths, key);
    String token = text(entry, "identitytoken");
    if (!token.isEmpty()) {
      return Optional.of(Credential.identityToken(token));
    }
    String pair = text(entry, "auth");
    String decoded =
        pair.isEmpty()
            ? text(entry, "username") + ":" + text(entry, "password")
            : new String(Base64.getDecoder().decode(pair), StandardCharsets.UTF_8);
    int colon = decoded.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no user and password");
    }
    return decoded.length() == 1
        ? Optional.empty()
        : Optional.of(Credential.basic(decoded.substring(0, colon), decoded.substring(colon + 1)));
  }

  /** The namespaces that a repository lies in, the longest first (containers-auth.json(5)). */
  private static Set<String> namespaces(String registry, String repository) {
    Set<String> keys = new LinkedHashSet<>();
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    return keys;
  }

  /**
   * The keys under which something is kept for a whole registry: its name, or addresses as older
   * logins wrote them. If there are none, that which a helper would know.
   */
  private Set<String> keys(String registry) {
    Set<String> keys = new LinkedHashSet<>();
    List<String> names = HUB.contains(registry) ? HUB : List.of(registry);
    for (String name : names) {
      for (JsonObject map : List.of(helpers, auths)) {
        if (map.has(name)) {
          keys.add(name);
        }
      }
      for (JsonObject map : List.of(helpers, auths)) {
        for (String key : map.keySet()) {
          if (isAddressOf(name, key)) {
            keys.add(key);
          }
        }
      }
    }
    return keys.isEmpty() ? Set.of(names.get(0)) : keys;
  }

  /**
   * {@code r.example/}, {@code https://r.example/v2/} and the like. Without a scheme, what has a
   * path is a namespace, and somebody else's; and beside Docker Hub's address lie its tokens.
   */
  private static boolean isAddressOf(String registry, String key) {
    int scheme = key.indexOf("://");
    int from = scheme < 0 ? 0 : scheme + 3;
    if (!key.startsWith(registry, from)) {
      return false;
    }
    String path = key.substring(from + registry.length());
    return BEHIND_A_REGISTRY.contains(path)
        || scheme >= 0 && path.startsWith("/") && !HUB.contains(registry);
  }

  /** How a field is spelled: Docker takes no account of capitals. */
  private static String spelled(JsonObject object, String field) {
    if (!object.has(field)) {
      for (String name : object.keySet()) {
        if (name.equalsIgnoreCase(field)) {
          return name;
        }
      }
    }
    return field;
  }

  private static String text(JsonObject object, String field) {
    return Json.text(object, spelled(object, field)).orElse("");
  }

  /** Shows nothing that is secret. */
  @Override
  public String toString() {
    return "logins";
  }
}
