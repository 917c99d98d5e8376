package dev.multiarch.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Plans over files that a seed decides. */
final class Tree {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final List<String> NAMES =
      List.of("a", "classes", "ünï", "日本", "with space", "x".repeat(120), "-dash", "Z", ".hidden");

  private Tree() {}

  /** A plan of so many entries of all kinds, whose files lie in {@code folder}. */
  static LayerPlan random(long seed, Path folder, int count, int maxSize) throws IOException {
    Random random = new Random(seed);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String path = "/" + name(random) + "/" + name(random) + "/" + i + name(random);
      Owner owner = new Owner(random.nextInt(70_000), random.nextInt(3_000_000));
      Instant time = Instant.ofEpochSecond(random.nextInt(2_000_000_000));
      int mode = random.nextInt(01000);
      Entry.Content content =
          switch (random.nextInt(8)) {
            case 0 -> new Entry.Directory();
            case 1 -> new Entry.Link("../" + name(random) + "/" + name(random).repeat(2));
            default -> {
              Path file = folder.resolve("file" + i);
              write(file, bytes(random, random.nextInt(maxSize)));
              yield new Entry.File(file);
            }
          };
      entries.add(new Entry(path, content, mode, time, owner));
    }
    Collections.shuffle(entries, random);
    return LayerPlan.of("seed " + seed, entries, random.nextBoolean());
  }

  private static String name(Random random) {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** Text, noise, or noise that looks like a picture. */
  static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    switch (random.nextInt(3)) {
      case 0 -> System.arraycopy(PNG, 0, bytes, 0, Math.min(PNG.length, length));
      case 1 -> {
        for (int i = 0; i < length; i++) {
          bytes[i] = (byte) ('a' + (bytes[i] & 7));
        }
      }
      default -> {
        // Noise.
      }
    }
    return bytes;
  }

  /** A layer of these files, each with a text in it. */
  static LayerPlan of(Path... files) {
    return LayerPlan.of(
        "test",
        Arrays.stream(files)
            .map(
                file ->
                    new Entry(
                        "/app/" + file.getFileName(),
                        new Entry.File(file),
                        Entry.FILE_MODE,
                        Entry.EPOCH_PLUS_SECOND,
                        Owner.ROOT))
            .toList(),
        true);
  }

  static Path write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  static Path write(Path file, String text) throws IOException {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
