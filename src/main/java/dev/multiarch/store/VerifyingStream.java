package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/**
 * Lets bytes through and checks them against a descriptor: too many are refused at once, too few or
 * others when the stream ends. A reader that stops before the end has verified nothing.
 */
public final class VerifyingStream extends BulkInputStream {

  private final InputStream in;
  private final Descriptor expected;
  private final String origin;
  private final MessageDigest hash;
  private long count;
  private boolean verified;

  /**
   * @param origin where the bytes come from, for the message
   */
  public VerifyingStream(InputStream in, Descriptor expected, String origin) {
    this.in = in;
    this.expected = expected;
    this.origin = origin;
    this.hash = expected.digest().newHash();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int n = in.read(buffer, offset, length);
    if (n < 0) {
      finish();
      return n;
    }
    hash.update(buffer, offset, n);
    count += n;
    if (count > expected.size()) {
      throw wrong("more than the " + expected.size() + " bytes announced");
    }
    return n;
  }

  private void finish() throws IOException {
    if (verified) {
      return;
    }
    if (count != expected.size()) {
      throw wrong(count + " bytes instead of the " + expected.size() + " announced");
    }
    if (!expected.digest().matches(hash)) {
      throw wrong("bytes of another digest");
    }
    verified = true;
  }

  private StoreException wrong(String what) {
    return new DamagedContentException(
        "%s gave %s for %s".formatted(origin, what, expected.digest()), expected.digest());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
