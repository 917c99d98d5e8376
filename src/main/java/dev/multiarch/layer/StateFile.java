package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a file system said of files whose digests are known, as bytes: some sixty for each file,
 * because a cache that remembers small files should be smaller than they are. Names are written
 * without what they share with the name before, times and identities as the distance from the file
 * before, and numbers in as many groups of seven bits as they need.
 */
final class StateFile {

  private static final byte[] FORM = "multiarch states 4\n".getBytes(StandardCharsets.US_ASCII);

  private static final int HASH_BYTES = 32;

  private static final int SEVEN_BITS = 0x7f;
  private static final int MORE = 0x80;

  /**
   * A file in the state in which it had a digest.
   *
   * @param stat the moment and the right to execute are not kept
   * @param hash the 32 bytes of its SHA-256: texts of a whole file of them would take longer to
   *     print and parse than all else
   */
  record State(FileStat stat, byte[] hash) {

    static State of(FileStat stat, Digest digest) {
      return new State(stat, HexFormat.of().parseHex(digest.hex()));
    }

    Digest digest() {
      return new Digest(Digest.SHA256, HexFormat.of().formatHex(hash));
    }

    // Not the record's own, which compares arrays by identity.

    @Override
    public boolean equals(Object other) {
      return other instanceof State state
          && stat.hasContentOf(state.stat)
          && Arrays.equals(hash, state.hash);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(hash);
    }
  }

  private StateFile() {}

  /**
   * @param of what the files have in common, such as a folder
   * @param states by the files' names
   */
  static byte[] print(String of, SortedMap<String, State> states) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(FORM);
    byte[] name = of.getBytes(StandardCharsets.UTF_8);
    putNumber(out, name.length);
    out.writeBytes(name);
    byte[] before = {};
    long modified = 0;
    long identity = 0;
    for (Map.Entry<String, State> one : states.entrySet()) {
      State state = one.getValue();
      name = one.getKey().getBytes(StandardCharsets.UTF_8);
      int shared = Arrays.mismatch(before, name);
      shared = shared < 0 ? name.length : shared;
      putNumber(out, shared);
      putNumber(out, name.length - shared);
      out.write(name, shared, name.length - shared);
      FileStat stat = state.stat;
      putNumber(out, stat.size());
      putDistance(out, stat.modified() - modified);
      putDistance(out, stat.changed() - stat.modified());
      putDistance(out, stat.identity() - identity);
      out.writeBytes(state.hash);
      before = name;
      modified = stat.modified();
      identity = stat.identity();
    }
    return out.toByteArray();
  }

  /**
   * @param of what the files should have in common
   * @return by the files' names; none if the bytes are of others, or of another form
   */
  static Map<String, State> parse(String of, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    Map<String, State> states = new HashMap<>();
    try {
      byte[] common = of.getBytes(StandardCharsets.UTF_8);
      if (!Arrays.equals(take(in, FORM.length), FORM)
          || !Arrays.equals(take(in, (int) number(in)), common)) {
        return Map.of();
      }
      byte[] name = {};
      long modified = 0;
      long identity = 0;
      while (in.hasRemaining()) {
        int shared = (int) number(in);
        int more = (int) number(in);
        name = Arrays.copyOf(name, shared + more);
        in.get(name, shared, more);
        long size = number(in);
        modified += distance(in);
        long changed = modified + distance(in);
        identity += distance(in);
        byte[] hash = take(in, HASH_BYTES);
        states.put(
            new String(name, StandardCharsets.UTF_8),
            new State(
                new FileStat(FileStat.Kind.FILE, size, modified, changed, identity, 0), hash));
      }
      return states;
    } catch (BufferUnderflowException e) {
      return Map.of();
    }
  }

  private static byte[] take(ByteBuffer in, int count) {
    if (count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }

  private static void putNumber(ByteArrayOutputStream out, long number) {
    long left = number;
    while ((left & ~SEVEN_BITS) != 0) {
      out.write((int) (left & SEVEN_BITS | MORE));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static long number(ByteBuffer in) {
    long number = 0;
    int shift = 0;
    int next;
    do {
      next = in.get();
      number |= (long) (next & SEVEN_BITS) << shift;
      shift += 7;
    } while ((next & MORE) != 0);
    return number;
  }

  /** A number that may be negative: its sign goes where it is cheap. */
  private static void putDistance(ByteArrayOutputStream out, long distance) {
    putNumber(out, distance << 1 ^ distance >> (Long.SIZE - 1));
  }

  private static long distance(ByteBuffer in) {
    long number = number(in);
    return number >>> 1 ^ -(number & 1);
  }
}
