package dev.multiarch.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * A gzip stream whose header never varies (RFC 1952): no name, no time, unknown system. The JDK's
 * own writes another system byte from release 16 on.
 */
final class GzipStream extends DeflaterOutputStream {

  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int LEVEL = 6;

  private final CRC32 crc = new CRC32();
  private boolean finished;

  GzipStream(OutputStream out) throws IOException {
    super(out, new Deflater(LEVEL, true), TarWriter.BUFFER);
    out.write(HEADER);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    super.write(bytes, offset, length);
    crc.update(bytes, offset, length);
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    super.finish();
    littleEndian((int) crc.getValue());
    littleEndian((int) def.getBytesRead());
  }

  private void littleEndian(int value) throws IOException {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      super.close();
    } finally {
      def.end();
    }
  }
}
