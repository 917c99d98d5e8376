package dev.multiarch.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Date;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a plan as the tar archive that a layer is (OCI image spec, layer.md). PAX headers appear
 * only where a name or a size does not fit the plain header.
 */
final class TarWriter {

  /** Bytes per read and write. */
  static final int BUFFER = 128 * 1024;

  private TarWriter() {}

  static void write(LayerPlan plan, OutputStream out) throws IOException {
    TarArchiveOutputStream tar =
        new TarArchiveOutputStream(out, BUFFER, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    byte[] buffer = new byte[BUFFER];
    for (Entry entry : plan.entries()) {
      write(entry, tar, buffer);
    }
    tar.finish();
    tar.flush();
  }

  private static void write(Entry entry, TarArchiveOutputStream tar, byte[] buffer)
      throws IOException {
    String name = entry.path().substring(1);
    if (entry.content() instanceof Entry.File file) {
      TarArchiveEntry header = header(entry, new TarArchiveEntry(name));
      header.setSize(Files.size(file.source()));
      tar.putArchiveEntry(header);
      try (InputStream in = Files.newInputStream(file.source())) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          tar.write(buffer, 0, n);
        }
      } catch (IOException e) {
        throw new IOException(
            "cannot read %s for %s: %s".formatted(file.source(), entry.path(), e.getMessage()), e);
      }
    } else if (entry.content() instanceof Entry.Link link) {
      TarArchiveEntry header = header(entry, new TarArchiveEntry(name, TarConstants.LF_SYMLINK));
      header.setLinkName(link.target());
      tar.putArchiveEntry(header);
    } else {
      tar.putArchiveEntry(header(entry, new TarArchiveEntry(name + "/")));
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry header(Entry entry, TarArchiveEntry header) {
    header.setMode(entry.mode());
    header.setModTime(Date.from(entry.modified()));
    header.setIds(entry.owner().user(), entry.owner().group());
    header.setNames("", "");
    return header;
  }
}
