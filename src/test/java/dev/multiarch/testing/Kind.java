package dev.multiarch.testing;

/** What a request is about, told from its method and path; the endpoints of the spec by name. */
public enum Kind {
  /** {@code GET /v2/} (end-1). */
  PING,
  /** Anything sent to the token realm. */
  TOKEN,
  /** {@code HEAD /v2/<name>/blobs/<digest>} (end-2). */
  BLOB_HEAD,
  /** {@code GET /v2/<name>/blobs/<digest>} (end-2). */
  BLOB_GET,
  /** A read from the blob storage to which a {@link #BLOB_GET} was redirected. */
  STORAGE_GET,
  /** {@code POST /v2/<name>/blobs/uploads/}, mounts included (end-4a, end-4b, end-11). */
  UPLOAD_POST,
  /** A chunk of an upload (end-5). */
  UPLOAD_PATCH,
  /** The end of an upload (end-6). */
  UPLOAD_PUT,
  /** The question how far an upload has come (end-13). */
  UPLOAD_GET,
  /** The cancellation of an upload. */
  UPLOAD_DELETE,
  /** {@code HEAD /v2/<name>/manifests/<reference>} (end-3). */
  MANIFEST_HEAD,
  /** {@code GET /v2/<name>/manifests/<reference>} (end-3). */
  MANIFEST_GET,
  /** {@code PUT /v2/<name>/manifests/<reference>} (end-7). */
  MANIFEST_PUT,
  /** {@code GET /v2/<name>/tags/list} (end-8a, end-8b). */
  TAGS,
  /** Everything else, deletions and referrers included. */
  OTHER
}
