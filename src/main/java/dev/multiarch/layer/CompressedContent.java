package dev.multiarch.layer;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Tells from its first bytes whether a file is compressed already: it begins like a format that is,
 * and its bytes are all about as frequent, which those of an archive of plain files are not. Names
 * say nothing.
 */
final class CompressedContent {

  /**
   * Files below this many bytes are treated like those around them: a block that ends early costs
   * more than it saves.
   */
  static final int LEAST = 32 * 1024;

  private static final int BYTES = 256;
  private static final int DENSE = 64;

  private static final List<byte[]> MAGIC =
      List.of(
          bytes("504b0304"), // zip, jar, war, apk, docx
          bytes("1f8b08"), // gzip
          bytes("28b52ffd"), // zstd
          bytes("fd377a585a00"), // xz
          bytes("425a68"), // bzip2
          bytes("04224d18"), // lz4
          bytes("377abcaf271c"), // 7z
          bytes("52617221"), // rar
          bytes("cafed00d"), // pack200
          bytes("89504e470d0a1a0a"), // png
          bytes("ffd8ff"), // jpeg
          bytes("47494638"), // gif
          bytes("774f4632"), // woff2
          bytes("774f4646"), // woff
          bytes("4f676753"), // ogg
          bytes("664c6143"), // flac
          bytes("494433"), // mp3
          bytes("1a45dfa3")); // matroska, webm

  private static final byte[] RIFF = bytes("52494646");
  private static final byte[] WEBP = bytes("57454250");
  private static final byte[] FTYP = bytes("66747970");

  private CompressedContent() {}

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /**
   * @param head the first bytes of a file, of which {@link #LEAST} or more tell enough
   * @param count how many of them there are
   */
  static boolean isSeenIn(byte[] head, int count) {
    return hasMagic(head, count) && isDense(head, count);
  }

  /**
   * Whether two bytes taken at random are rarely equal: with one chance in 256 where all are as
   * frequent, in 220 in a jar, in 30 in machine code, in 15 in text.
   */
  private static boolean isDense(byte[] bytes, int count) {
    long[] counts = new long[BYTES];
    for (int i = 0; i < count; i++) {
      counts[bytes[i] & 0xff]++;
    }
    long equal = 0;
    for (long one : counts) {
      equal += one * one;
    }
    return equal < (long) count * count / DENSE;
  }

  private static boolean hasMagic(byte[] head, int count) {
    for (byte[] magic : MAGIC) {
      if (at(head, count, 0, magic)) {
        return true;
      }
    }
    // Containers that say what they are behind their length (webp, mp4, heic, avif).
    return at(head, count, 4, FTYP) || at(head, count, 0, RIFF) && at(head, count, 8, WEBP);
  }

  private static boolean at(byte[] head, int count, int offset, byte[] magic) {
    return count >= offset + magic.length
        && Arrays.equals(head, offset, offset + magic.length, magic, 0, magic.length);
  }
}
