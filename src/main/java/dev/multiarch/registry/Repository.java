package dev.multiarch.registry;

import dev.multiarch.oci.Digest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * The addresses of one repository (distribution spec, "Endpoints").
 *
 * @param name path within the registry
 */
record Repository(String name) {

  /** A document by tag or digest (end-2, end-3, end-7). */
  String manifest(String reference) {
    return "/v2/" + name + "/manifests/" + reference;
  }

  /** A blob (end-2). */
  String blob(Digest digest) {
    return "/v2/" + name + "/blobs/" + digest;
  }

  /** Where an upload session is opened (end-4a). */
  String uploads() {
    return "/v2/" + name + "/blobs/uploads/";
  }

  /** Where a blob of a sister repository is taken over (end-11). */
  String mount(Digest digest, String sister) {
    return uploads()
        + "?mount="
        + digest
        + "&from="
        + URLEncoder.encode(sister, StandardCharsets.UTF_8);
  }
}
