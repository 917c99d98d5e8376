package dev.multiarch.layer;

import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Iterator;

/**
 * Writes a plan as the tar archive that a layer is (OCI image spec, layer.md), and hashes each file
 * on the way. PAX headers appear only where a name or a size does not fit the plain header.
 */
final class TarWriter {

  /** Bytes per read. */
  static final int BUFFER = 128 * 1024;

  /** An archive ends with two empty records. */
  private static final byte[] END = new byte[2 * TarHead.RECORD];

  private final GzipPipeline out;
  private final byte[] buffer = new byte[BUFFER];
  private final TarHead head;
  private final MessageDigest hash = Digest.sha256();

  TarWriter(GzipPipeline out) {
    this.out = out;
    this.head = new TarHead(out);
  }

  /**
   * Writes the whole archive. The digests of the files are in the snapshot afterwards.
   *
   * @throws IOException if a file cannot be read, or has another length than when it was looked at,
   *     or another state though its digest was known; the message names it
   */
  void write(Snapshot snapshot) throws IOException {
    Iterator<Snapshot.Source> sources = snapshot.sources().iterator();
    for (Entry entry : snapshot.plan().entries()) {
      if (entry.content() instanceof Entry.File) {
        Snapshot.Source source = sources.next();
        head.write(entry, source.stat.size());
        if (source.atHand.isPresent()) {
          content(source, source.atHand.get());
        } else {
          content(source, source.digest == null || source.stat.isRacy());
        }
        out.write(END, 0, TarHead.padding(source.stat.size()));
      } else {
        out.effort(Effort.THOROUGH);
        head.write(entry, 0);
      }
    }
    out.write(END, 0, END.length);
  }

  private void content(Snapshot.Source source, byte[] bytes) throws IOException {
    if (source.digest == null) {
      source.digest = Digest.of(bytes);
    }
    if (bytes.length > 0) {
      out.effort(effort(bytes.length, bytes, Math.min(bytes.length, BUFFER)));
      out.write(bytes, 0, bytes.length);
    }
  }

  /**
   * @param hashed whether to hash it: a digest that is known is believed where the file's state
   *     tells every change
   */
  private void content(Snapshot.Source source, boolean hashed) throws IOException {
    long left = source.stat.size();
    try (InputStream in = open(source)) {
      boolean ended = false;
      for (boolean first = true; left > 0; first = false) {
        // One byte more than there should be tells that there is none, without another read.
        int wanted = (int) Math.min(left + 1, BUFFER);
        int n = read(in, source, wanted, left);
        if (n <= 0 || n > left) {
          break;
        }
        if (first) {
          out.effort(effort(source.stat.size(), buffer, n));
        }
        if (hashed) {
          hash.update(buffer, 0, n);
        }
        out.write(buffer, 0, n);
        left -= n;
        ended = n < wanted;
      }
      if (left > 0 || !ended && read(in, source, 1, 1) > 0) {
        throw SeenFiles.changed(source.file, source.stat);
      }
    }
    source.isStill = FileStat.of(source.file, source.stat.moment()).equals(source.stat);
    if (hashed) {
      source.digest = Digest.of(hash);
    } else if (!source.isStill) {
      throw SeenFiles.changed(source.file, source.stat);
    }
  }

  private static Effort effort(long size, byte[] head, int count) {
    return size >= CompressedContent.LEAST && CompressedContent.isSeenIn(head, count)
        ? Effort.NONE
        : Effort.THOROUGH;
  }

  private static InputStream open(Snapshot.Source source) throws IOException {
    try {
      return Files.newInputStream(source.file);
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  /**
   * Fills the buffer as far as it is wanted, so that it does not count where a file system ends its
   * reads. One that gives all that is left, and not the byte more that was wanted, is taken for the
   * end: a file system that cuts reads short does so at its blocks.
   */
  private int read(InputStream in, Snapshot.Source source, int wanted, long left)
      throws IOException {
    try {
      int n = in.read(buffer, 0, wanted);
      while (n > 0 && n < wanted && n != left) {
        int more = in.read(buffer, n, wanted - n);
        if (more <= 0) {
          break;
        }
        n += more;
      }
      return n;
    } catch (IOException e) {
      throw unreadable(source, e);
    }
  }

  private static IOException unreadable(Snapshot.Source source, IOException e) {
    return new IOException("cannot read %s for a layer: %s".formatted(source.file, e), e);
  }
}
