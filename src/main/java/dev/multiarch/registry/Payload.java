package dev.multiarch.registry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The body of a request, of known length, which is never held in memory as a whole. */
interface Payload {

  /** In bytes. */
  long length();

  /** Does what {@link #open} would have to wait for; for a source in which somebody has a place. */
  default void prepare() throws IOException {}

  /** The bytes from their beginning. */
  InputStream open() throws IOException;

  /** No body. */
  Payload NONE = of(new byte[0]);

  static Payload of(byte[] bytes) {
    return new Payload() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes);
      }
    };
  }
}
