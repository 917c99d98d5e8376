package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** The bytes of a request as the HTTP library wants them, in large pieces. */
final class UploadEntity extends AbstractHttpEntity {

  private static final int BUFFER = 64 << 10;

  private final UploadStream bytes;
  private final long length;

  UploadEntity(UploadStream bytes, long length) {
    super((String) null, null);
    this.bytes = bytes;
    this.length = length;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = bytes.read(buffer, 0, BUFFER); n >= 0; n = bytes.read(buffer, 0, BUFFER)) {
      out.write(buffer, 0, n);
    }
  }

  @Override
  public InputStream getContent() {
    return bytes;
  }

  @Override
  public long getContentLength() {
    return length;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
