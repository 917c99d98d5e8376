package dev.multiarch.testing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request goes: its kind, its repository, and its tag, digest or upload session; the latter
 * two are empty where the path has none.
 */
record Route(Kind kind, String endpoint, String repository, String reference) {
  private static final Pattern UPLOAD = Pattern.compile("/v2/(.+)/blobs/uploads/([^/]*)");
  private static final Pattern CONTENT =
      Pattern.compile("/v2/(.+)/(blobs|manifests|referrers)/([^/]+)");
  private static final Pattern TAGS = Pattern.compile("/v2/(.+)/tags/list");
  private static final Pattern STORAGE = Pattern.compile("/storage/([^/]+)");

  static Route of(String method, String path) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return new Route(Kind.PING, "ping", "", "");
    }
    Matcher upload = UPLOAD.matcher(path);
    if (upload.matches()) {
      return new Route(uploadKind(method), "uploads", upload.group(1), upload.group(2));
    }
    Matcher tags = TAGS.matcher(path);
    if (tags.matches()) {
      return new Route(Kind.TAGS, "tags", tags.group(1), "");
    }
    Matcher content = CONTENT.matcher(path);
    if (content.matches()) {
      Kind kind = contentKind(method, content.group(2));
      return new Route(kind, content.group(2), content.group(1), content.group(3));
    }
    Matcher storage = STORAGE.matcher(path);
    if (storage.matches()) {
      return new Route(Kind.STORAGE_GET, "storage", "", storage.group(1));
    }
    return new Route(Kind.OTHER, "", "", "");
  }

  static Route token() {
    return new Route(Kind.TOKEN, "token", "", "");
  }

  private static Kind uploadKind(String method) {
    return switch (method) {
      case "POST" -> Kind.UPLOAD_POST;
      case "PATCH" -> Kind.UPLOAD_PATCH;
      case "PUT" -> Kind.UPLOAD_PUT;
      case "GET" -> Kind.UPLOAD_GET;
      case "DELETE" -> Kind.UPLOAD_DELETE;
      default -> Kind.OTHER;
    };
  }

  private static Kind contentKind(String method, String endpoint) {
    return switch (method + " " + endpoint) {
      case "HEAD blobs" -> Kind.BLOB_HEAD;
      case "GET blobs" -> Kind.BLOB_GET;
      case "HEAD manifests" -> Kind.MANIFEST_HEAD;
      case "GET manifests" -> Kind.MANIFEST_GET;
      case "PUT manifests" -> Kind.MANIFEST_PUT;
      default -> Kind.OTHER;
    };
  }
}
