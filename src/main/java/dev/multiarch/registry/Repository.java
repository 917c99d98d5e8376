package dev.multiarch.registry;

import dev.multiarch.oci.Digest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The requests that can be made of one repository (distribution spec, "Endpoints").
 *
 * @param registry as in image references
 * @param name path within the registry
 */
record Repository(String registry, String name) {

  /** Registry and path, as in image references. */
  String text() {
    return registry + "/" + name;
  }

  /** A document or blob in words: {@code registry/name:tag} or {@code registry/name@digest}. */
  String text(String reference) {
    return text() + (Digest.isDigest(reference) ? "@" : ":") + reference;
  }

  Scope pull() {
    return Scope.pull(name);
  }

  Scope push() {
    return Scope.push(name);
  }

  /** A document by tag or digest (end-2, end-3, end-7). */
  Call manifest(String method, String reference, Scope scope) {
    return Call.of(text(reference), method, "/v2/" + name + "/manifests/" + reference, scope);
  }

  /** A blob (end-2). */
  Call blob(String method, Digest digest, Scope scope) {
    return Call.of(text(digest.toString()), method, "/v2/" + name + "/blobs/" + digest, scope);
  }

  /** Opens an upload session for a blob (end-4a). */
  Call upload(Digest digest, Scope scope) {
    return Call.of(text(digest.toString()), "POST", uploads(), scope);
  }

  /** Takes a blob over from a repository of the same registry (end-11). */
  Call mount(Digest digest, String sister, Scope scope) {
    String from = URLEncoder.encode(sister, StandardCharsets.UTF_8);
    return Call.of(
        text(digest.toString()), "POST", uploads() + "?mount=" + digest + "&from=" + from, scope);
  }

  private String uploads() {
    return "/v2/" + name + "/blobs/uploads/";
  }
}
