package dev.multiarch.registry;

import dev.multiarch.store.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** The body of an answer, which gives its connection back: as one that was read whole, or not. */
final class ResponseBody extends BulkInputStream {

  private final InputStream content;
  private final Connection connection;
  private final Afterwards afterwards;
  private boolean ended;
  private boolean closed;

  /** What becomes of a connection when an answer is done with. */
  @FunctionalInterface
  interface Afterwards {
    void closed(boolean whole);
  }

  /**
   * @param content the bytes as the connection gives them
   * @param afterwards is told once
   */
  ResponseBody(InputStream content, Connection connection, Afterwards afterwards) {
    this.content = content;
    this.connection = connection;
    this.afterwards = afterwards;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (ended) {
      return -1;
    }
    if (closed) {
      throw new IOException("the body was closed");
    }
    try {
      int n = content.read(target, offset, length);
      if (n < 0) {
        ended = true;
        close();
      }
      return n;
    } catch (IOException e) {
      IOException reason = brokenOff(connection.explained(e));
      close();
      throw reason;
    }
  }

  private static IOException brokenOff(IOException reason) {
    if (reason instanceof InterruptedIOException) {
      return reason;
    }
    return reason instanceof TimedOut
        ? new TimedOut("the body stalled: " + reason.getMessage())
        : new IOException("the body broke off: " + reason.getMessage(), reason);
  }

  @Override
  public void close() {
    // Not the content's own: it would read what is left of it.
    if (!closed) {
      closed = true;
      afterwards.closed(ended);
    }
  }
}
