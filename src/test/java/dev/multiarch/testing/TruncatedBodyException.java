package dev.multiarch.testing;

import java.io.EOFException;

/** The body of a request ended before its announced end; carries what had arrived by then. */
final class TruncatedBodyException extends EOFException {
  private static final long serialVersionUID = 1L;

  private final transient byte[] received;

  TruncatedBodyException(byte[] received) {
    super("the request's body ended after " + received.length + " bytes");
    this.received = received;
  }

  byte[] received() {
    return received;
  }
}
