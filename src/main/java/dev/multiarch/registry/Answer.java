package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Optional;

/**
 * What a registry answered. The body is to be read or closed, or the connection cannot be used
 * again.
 */
record Answer(int status, HttpHeaders headers, URI uri, InputStream body) implements AutoCloseable {

  /** Error bodies are read up to this many bytes; a registry's are a few hundred. */
  private static final int ERROR_LIMIT = 64 * 1024;

  static Answer of(HttpResponse<InputStream> response, InputStream body) {
    return new Answer(response.statusCode(), response.headers(), response.uri(), body);
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** Whether the same request may succeed later (RFC 9110, 15.5.9 and 15.6; RFC 6585, 4). */
  boolean isTransient() {
    return switch (status) {
      case 408, 429, 500, 502, 503, 504 -> true;
      default -> false;
    };
  }

  /** The beginning of an error's body; empty if it cannot be read. */
  byte[] errorBody() {
    try (InputStream in = body) {
      return in.readNBytes(ERROR_LIMIT);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  @Override
  public void close() {
    try (InputStream in = body) {
      in.skipNBytes(Math.min(in.available(), ERROR_LIMIT));
    } catch (IOException e) {
      // Nobody wants the rest.
    }
  }
}
