package dev.multiarch.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a host answered. It must be closed: a small rest of its body is read so that the connection
 * can be used again, a large one is given up together with the connection.
 */
final class Answer implements AutoCloseable {

  private static final int SMALL_REST = 64 * 1024;

  private final URI address;
  private final int status;
  private final Map<String, List<String>> headers;
  private final InputStream body;

  /**
   * @param address that which answered, after redirects
   * @param headers the values of each, found by its name however that is written
   */
  Answer(URI address, int status, Map<String, List<String>> headers, InputStream body) {
    this.address = address;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** The same answer, with something to be done once when its body is closed. */
  Answer onClose(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    InputStream watched =
        new FilterInputStream(body) {
          @Override
          public void close() throws IOException {
            try {
              super.close();
            } finally {
              if (done.compareAndSet(false, true)) {
                action.run();
              }
            }
          }
        };
    return new Answer(address, status, headers, watched);
  }

  URI address() {
    return address;
  }

  int status() {
    return status;
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  Optional<String> header(String name) {
    List<String> values = headers(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }

  List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /** The announced length of the body in bytes, if it is announced and a number. */
  OptionalLong length() {
    Optional<String> length = header("Content-Length");
    if (length.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(length.get()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** The address in {@code Location}, made absolute (RFC 9110, section 10.2.2). */
  Optional<URI> location() {
    Optional<String> text = header("Location");
    try {
      return text.isPresent() ? Optional.of(address.resolve(text.get())) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  InputStream body() {
    return body;
  }

  /** The body, at most so many bytes of it. */
  byte[] read(int limit) throws IOException {
    return body.readNBytes(limit);
  }

  @Override
  public void close() {
    try (body) {
      body.readNBytes(SMALL_REST);
    } catch (IOException e) {
      // The answer has served; only its connection is lost.
    }
  }
}
