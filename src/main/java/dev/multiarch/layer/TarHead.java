package dev.multiarch.layer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What stands before the content of an entry in a tar archive: a header of the form "ustar", and
 * before it an extended one where something does not fit into that (POSIX.1-2017, pax, "ustar
 * Interchange Format" and "pax Interchange Format"). The bytes are those that Commons Compress
 * writes, whose objects for it take longer to make than a small file takes to be read.
 */
final class TarHead {

  /** All in an archive begins at a multiple of this. */
  static final int RECORD = 512;

  private static final byte FILE = '0';
  private static final byte LINK = '2';
  private static final byte DIRECTORY = '5';
  private static final byte EXTENDED = 'x';

  private static final int NAME_BYTES = 100;
  private static final long LARGEST_SIZE = 077777777777L;
  private static final long LARGEST_ID = 07777777L;

  /** Of extended headers, which are no files. */
  private static final int EXTENDED_MODE = 0100644;

  private final OutputStream out;
  private final byte[] header = new byte[RECORD];

  /**
   * @param out gets whole records
   */
  TarHead(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes the head of an entry.
   *
   * @param size the length of a file in bytes; 0 for all else
   */
  void write(Entry entry, long size) throws IOException {
    String name = entry.path().substring(1);
    String target = "";
    byte type = FILE;
    if (entry.content() instanceof Entry.Directory) {
      name += "/";
      type = DIRECTORY;
    } else if (entry.content() instanceof Entry.Link link) {
      target = link.target();
      type = LINK;
    }
    long modified = entry.modified().getEpochSecond();
    long user = entry.owner().user();
    long group = entry.owner().group();
    StringBuilder more = new StringBuilder();
    // In the order of the library, which asks of a path twice.
    boolean isLong = bytes(name) >= NAME_BYTES;
    if (isLong) {
      record(more, "path", name);
    }
    if (user > LARGEST_ID) {
      record(more, "uid", Long.toString(user));
    }
    if (!isLong && !isAscii(name)) {
      record(more, "path", name);
    }
    if (group > LARGEST_ID) {
      record(more, "gid", Long.toString(group));
    }
    if (size > LARGEST_SIZE) {
      record(more, "size", Long.toString(size));
    }
    if (bytes(target) >= NAME_BYTES || !isAscii(target)) {
      record(more, "linkpath", target);
    }
    if (modified < 0 || modified > LARGEST_SIZE) {
      record(more, "mtime", Long.toString(modified));
    }
    if (more.length() > 0) {
      byte[] records = more.toString().getBytes(StandardCharsets.UTF_8);
      header(extendedName(name), "", EXTENDED, EXTENDED_MODE, 0, 0, records.length, modified);
      out.write(Arrays.copyOf(records, records.length + padding(records.length)));
    }
    header(name, target, type, entry.mode(), user, group, size, modified);
  }

  /** How many bytes are missing to a whole record. */
  static int padding(long size) {
    return (int) (-size & RECORD - 1);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean isAscii(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** A record of an extended header: its own length, a keyword and a value. */
  private static void record(StringBuilder to, String keyword, String value) {
    int rest = bytes(" " + keyword + "=" + value + "\n");
    int length = rest;
    // The length counts its own digits.
    while (length != rest + Integer.toString(length).length()) {
      length = rest + Integer.toString(length).length();
    }
    to.append(length).append(' ').append(keyword).append('=').append(value).append('\n');
  }

  /** What an extended header is called, for readers that know none and unpack it as a file. */
  private static String extendedName(String name) {
    StringBuilder plain = new StringBuilder("./PaxHeaders.X/");
    for (int i = 0; i < name.length() && plain.length() < NAME_BYTES - 1; i++) {
      char c = (char) (name.charAt(i) & 0x7f);
      plain.append(c == 0 || c == '/' || c == '\\' ? '_' : c);
    }
    return plain.toString();
  }

  private void header(
      String name,
      String target,
      byte type,
      int mode,
      long user,
      long group,
      long size,
      long modified)
      throws IOException {
    Arrays.fill(header, (byte) 0);
    text(0, NAME_BYTES, name);
    octal(100, 8, mode);
    octal(108, 8, user > LARGEST_ID ? 0 : user);
    octal(116, 8, group > LARGEST_ID ? 0 : group);
    octal(124, 12, size > LARGEST_SIZE ? 0 : size);
    octal(136, 12, modified < 0 || modified > LARGEST_SIZE ? 0 : modified);
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = type;
    text(157, NAME_BYTES, target);
    text(257, 8, "ustar\00000");
    octal(329, 8, 0);
    octal(337, 8, 0);
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    octal(148, 7, sum);
    header[154] = 0;
    out.write(header);
  }

  private void text(int at, int most, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // As the library cuts it, before a character; whole it stands in an extended header.
    for (int chars = Math.min(most, text.length()); bytes.length > most; chars--) {
      bytes = text.substring(0, chars).getBytes(StandardCharsets.UTF_8);
    }
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** A number with zeros before it and a space behind it. */
  private void octal(int at, int width, long number) {
    header[at + width - 1] = ' ';
    long left = number;
    for (int i = at + width - 2; i >= at; i--) {
      header[i] = (byte) ('0' + (left & 7));
      left >>>= 3;
    }
  }
}
