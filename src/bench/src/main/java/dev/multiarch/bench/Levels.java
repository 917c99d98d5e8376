package dev.multiarch.bench;

import dev.multiarch.layer.deflate.BlockDeflater;
import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * Prints what each level of compression makes of some content: how small, how fast with the SHA-256
 * of the result, and how long it takes until that has gone out over lines of several speeds.
 */
public final class Levels {

  private static final int WARM_UPS = 2;
  private static final int TURNS = 5;
  private static final int BLOCK = 1 << 20;
  private static final int[] LINES = {10, 40, 100};

  /** Compresses one block, with what is before it. */
  private interface Level {
    int compress(byte[] in, int from, int end, byte[] out);
  }

  private Levels() {}

  public static void main(String[] files) throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (String file : files) {
      contents.put(file, Files.readAllBytes(Path.of(file)));
    }
    if (contents.isEmpty()) {
      for (Content content : Content.values()) {
        contents.put(content.name().toLowerCase(Locale.ROOT), content.bytes());
      }
    }
    System.out.println(
        "| content | level | size | MB/s | s to send 100 MB at 10, 40, 100 MB/s |\n"
            + "|---|---|---|---|---|");
    for (Map.Entry<String, byte[]> content : contents.entrySet()) {
      for (int level : new int[] {0, 1, 4, 6, 9}) {
        measure(content.getKey(), "zlib " + level, content.getValue(), zlib(level));
      }
      BlockDeflater own = new BlockDeflater();
      for (Effort effort : Effort.values()) {
        measure(
            content.getKey(),
            "own " + effort.name().toLowerCase(Locale.ROOT),
            content.getValue(),
            (in, from, end, out) -> own.deflate(in, from, end, effort, out));
      }
    }
  }

  private static Level zlib(int level) {
    Deflater deflater = new Deflater(level, true);
    return (in, from, end, out) -> {
      deflater.reset();
      int window = Math.min(BlockDeflater.WINDOW, from);
      if (window > 0) {
        deflater.setDictionary(in, from - window, window);
      }
      deflater.setInput(in, from, end - from);
      return deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
    };
  }

  private static void measure(String name, String title, byte[] content, Level level)
      throws IOException, NoSuchAlgorithmException {
    double seconds = Double.MAX_VALUE;
    long size = 0;
    for (int turn = -WARM_UPS; turn < TURNS; turn++) {
      long begin = System.nanoTime();
      size = compress(content, level);
      if (turn >= 0) {
        seconds = Math.min(seconds, (System.nanoTime() - begin) / 1e9);
      }
    }
    double perSecond = content.length / 1e6 / seconds;
    double share = (double) size / content.length;
    StringBuilder sent = new StringBuilder();
    for (int line : LINES) {
      // Compressing and sending go on at the same time; the slower one counts.
      sent.append(sent.isEmpty() ? "" : ", ");
      sent.append(format("%.1f", Math.max(100 / perSecond, 100 * share / line)));
    }
    System.out.println(
        format("| %s | %s | %.4f | %.0f | %s |", name, title, share, perSecond, sent));
  }

  private static long compress(byte[] content, Level level) throws NoSuchAlgorithmException {
    MessageDigest hash = MessageDigest.getInstance("SHA-256");
    byte[] in = new byte[BlockDeflater.WINDOW + BLOCK + BlockDeflater.SLACK];
    byte[] out = new byte[BlockDeflater.bound(BLOCK)];
    long size = 0;
    for (int at = 0; at < content.length; at += BLOCK) {
      int window = Math.min(BlockDeflater.WINDOW, at);
      int length = Math.min(BLOCK, content.length - at);
      System.arraycopy(content, at - window, in, 0, window + length);
      int count = level.compress(in, window, window + length, out);
      hash.update(out, 0, count);
      size += count;
    }
    hash.digest();
    return size;
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
