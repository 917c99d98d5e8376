package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob. When a connection breaks in the middle, the rest is asked for (distribution
 * spec, "Pulling blobs": range requests), as often as other requests are tried again.
 */
final class ResumingStream extends InputStream {

  private final Host host;
  private final String repository;
  private final Descriptor blob;
  private @Nullable Answer answer;
  private long position;

  ResumingStream(Host host, String repository, Descriptor blob) throws IOException {
    this.host = host;
    this.repository = repository;
    this.blob = blob;
    this.answer = open();
  }

  private String what() {
    return "%s/%s@%s".formatted(host.registry(), repository, blob.digest());
  }

  private Answer open() throws IOException {
    Call call =
        Call.of("GET", "/v2/" + repository + "/blobs/" + blob.digest(), Scope.pull(repository));
    if (position > 0) {
      call = call.with("Range", "bytes=" + position + "-");
    }
    Answer opened = host.call(what(), call);
    if (!opened.isSuccess()) {
      throw host.refusal(what(), opened);
    }
    if (opened.status() == 200 && position > 0) {
      // The registry does not know ranges: what was read already is read again and dropped.
      opened.body().skipNBytes(position);
    }
    return opened;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return host.retries().result("GET " + what(), () -> attempt(buffer, offset, length));
    } catch (IOException e) {
      throw Refusals.unanswered(what(), host.registry(), e);
    }
  }

  private int attempt(byte[] buffer, int offset, int length) throws IOException {
    if (answer == null) {
      answer = open();
    }
    try {
      int n = answer.body().read(buffer, offset, length);
      if (n < 0 && position < blob.size()) {
        throw new IOException(
            "the connection ended after %d of %d bytes".formatted(position, blob.size()));
      }
      position += Math.max(n, 0);
      return n;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (answer != null) {
      answer.close();
      answer = null;
    }
  }
}
