package dev.multiarch.layer.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import dev.multiarch.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockDeflaterTest {

  private static final int CASES = 300;

  private final BlockDeflater deflater = new BlockDeflater();

  @ParameterizedTest
  @EnumSource
  void whateverIsCompressedComesBack(Effort effort) throws Exception {
    for (int seed = 0; seed < CASES; seed++) {
      byte[] input = input(new Random(seed), 1 << new Random(seed).nextInt(19));
      assertThat(inflate(deflate(input, effort), input.length))
          .as("seed %d", seed)
          .isEqualTo(input);
    }
  }

  @ParameterizedTest
  @EnumSource
  void blocksBehindEachOtherAreOneStream(Effort effort) throws Exception {
    for (int seed = 0; seed < CASES / 10; seed++) {
      Random random = new Random(seed);
      byte[] input = input(random, 300_000);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      for (int at = 0; at < input.length; ) {
        int length = Math.min(input.length - at, 1 + random.nextInt(100_000));
        int window = Math.min(at, BlockDeflater.WINDOW);
        stream.writeBytes(deflate(input, at - window, at, at + length, effort));
        at += length;
      }
      assertThat(inflate(stream.toByteArray(), input.length)).as("seed %d", seed).isEqualTo(input);
    }
  }

  @Test
  void theWindowBeforeABlockIsOfUse() {
    byte[] half = new byte[20_000];
    new Random(1).nextBytes(half);
    byte[] twice = Arrays.copyOf(half, 2 * half.length);
    System.arraycopy(half, 0, twice, half.length, half.length);

    assertThat(deflate(twice, 0, half.length, twice.length, Effort.THOROUGH)).hasSizeLessThan(1000);
  }

  @ParameterizedTest
  @EnumSource
  void randomBytesGrowByNoMoreThanTheBound(Effort effort) throws Exception {
    for (int length : new int[] {0, 1, 2, 3, 4, 5, 100, 65_535, 65_536, 1 << 20}) {
      byte[] input = new byte[length];
      new Random(length).nextBytes(input);
      byte[] output = deflate(input, effort);
      assertThat(output).hasSizeLessThanOrEqualTo(BlockDeflater.bound(length));
      assertThat(inflate(output, length)).isEqualTo(input);
    }
  }

  @Test
  void aRunOfOneByteBecomesAlmostNothing() throws Exception {
    byte[] input = new byte[1 << 20];

    byte[] output = deflate(input, Effort.THOROUGH);

    assertThat(output).hasSizeLessThan(2200);
    assertThat(inflate(output, input.length)).isEqualTo(input);
  }

  @Test
  void thoroughIsNoLargerThanLevelSixOfZlib() throws Exception {
    byte[] input = text(new Random(3), 1 << 20);
    java.util.zip.Deflater zlib = new java.util.zip.Deflater(6, true);
    zlib.setInput(input);
    zlib.finish();
    int size = zlib.deflate(new byte[input.length]);
    zlib.end();

    assertThat(deflate(input, Effort.THOROUGH).length).isLessThanOrEqualTo(size * 101 / 100);
  }

  /** A failure here means that every layer of every user gets another digest. */
  @Test
  void theBytesAreTheSameForever() {
    byte[] input = input(new Random(42), 1 << 20);

    assertThat(Digest.of(deflate(input, Effort.THOROUGH)).hex())
        .isEqualTo("305a3fd4e16009afc7c2dfc7f1c0ebedd7668d15de15376c5dd5fc83180b0312");
  }

  @Test
  void withoutEffortBytesStayAsTheyAre() {
    byte[] input = new byte[70_000];
    // Two stored blocks (RFC 1951, 3.2.4), each with five bytes before it.
    assertThat(deflate(input, Effort.NONE))
        .hasSize(input.length + 10)
        .startsWith(0x00, 0xff, 0xff, 0x00, 0x00);
  }

  @Test
  void aUsedDeflaterGivesTheSameAsANewOne() {
    byte[] input = input(new Random(5), 200_000);
    for (Effort effort : Effort.values()) {
      deflate(input(new Random(6), 200_000), effort);
      byte[] used = deflate(input, effort);
      assertThat(used).isEqualTo(new BlockDeflaterTest().deflate(input, effort));
    }
  }

  @Test
  void theBytesBehindTheEndDoNotMatter() {
    for (int seed = 0; seed < CASES; seed++) {
      byte[] input = input(new Random(seed), 1 + seed % 100);
      for (Effort effort : Effort.values()) {
        byte[] in = Arrays.copyOf(input, input.length + BlockDeflater.SLACK);
        byte[] out = new byte[BlockDeflater.bound(input.length)];
        int half = input.length / 2;
        int size = deflater.deflate(in, half, input.length, effort, out);
        byte[] first = Arrays.copyOf(out, size);
        Arrays.fill(in, input.length, in.length, input[0]);
        size = deflater.deflate(in, half, input.length, effort, out);
        assertThat(Arrays.copyOf(out, size)).as("seed %d", seed).isEqualTo(first);
      }
    }
  }

  private byte[] deflate(byte[] input, Effort effort) {
    return deflate(input, 0, 0, input.length, effort);
  }

  private byte[] deflate(byte[] input, int window, int from, int end, Effort effort) {
    byte[] in = new byte[end - window + BlockDeflater.SLACK];
    System.arraycopy(input, window, in, 0, end - window);
    byte[] out = new byte[BlockDeflater.bound(end - from)];
    int size = deflater.deflate(in, from - window, end - window, effort, out);
    return Arrays.copyOf(out, size);
  }

  /** Inflates; a window before the block is not known here, so streams begin at their beginning. */
  private static byte[] inflate(byte[] stream, int length) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      byte[] output = new byte[length + 1];
      inflater.setInput(stream);
      int n = inflater.inflate(output);
      while (n < length) {
        int more = inflater.inflate(output, n, output.length - n);
        if (more == 0) {
          break;
        }
        n += more;
      }
      assertThat(inflater.getRemaining()).isZero();
      return Arrays.copyOf(output, n);
    } finally {
      inflater.end();
    }
  }

  /** Input of a random kind: noise, text, few letters, runs, repetitions, or all in turn. */
  private static byte[] input(Random random, int length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean mixed = random.nextBoolean();
    int kind = random.nextInt(5);
    while (bytes.size() < length) {
      int piece = mixed ? Math.min(1 + random.nextInt(20_000), length - bytes.size()) : length;
      bytes.writeBytes(piece(random, mixed ? random.nextInt(6) : kind, piece, bytes));
    }
    return Arrays.copyOf(bytes.toByteArray(), length);
  }

  private static byte[] piece(Random random, int kind, int length, ByteArrayOutputStream before) {
    byte[] bytes = new byte[length];
    switch (kind) {
      case 0 -> random.nextBytes(bytes);
      case 1 -> System.arraycopy(text(random, length), 0, bytes, 0, length);
      case 2 -> {
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) (Long.numberOfTrailingZeros(random.nextLong() | 1L << 40) * 7);
        }
      }
      case 3 -> Arrays.fill(bytes, (byte) random.nextInt());
      case 4 -> {
        int period = 1 + random.nextInt(40_000);
        for (int i = 0; i < length; i++) {
          bytes[i] = i < period ? (byte) random.nextInt() : bytes[i - period];
        }
      }
      default -> {
        byte[] earlier = before.toByteArray();
        int from = earlier.length == 0 ? 0 : random.nextInt(earlier.length);
        System.arraycopy(earlier, from, bytes, 0, Math.min(length, earlier.length - from));
      }
    }
    return bytes;
  }

  private static byte[] text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(Integer.toString(random.nextInt(3000) * 7919, 26)).append(' ');
    }
    text.setLength(length);
    return text.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
