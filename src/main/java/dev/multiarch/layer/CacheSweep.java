package dev.multiarch.layer;

import dev.multiarch.store.BlobDirectory;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps a cache below its limit. It runs when a layer was made and an hour has passed since it ran
 * last, or the layer is large. It looks at names, sizes and times only: some microseconds a blob.
 *
 * <p>The time of a blob's file says when it was used, to the hour ({@link BlobDirectory#used}).
 * What was used within two hours stays, since another build may be about to link it; content that
 * has other links lives on under those. What vanishes while it is looked at was taken by another
 * sweep.
 */
final class CacheSweep {

  /** After an eviction there is room for a while. */
  private static final double FILL = 0.9;

  private static final Duration IN_USE = BlobDirectory.USED_PRECISION.multipliedBy(2);
  private static final Duration UNFINISHED = Duration.ofDays(1);

  /** The file whose time says when the cache was swept last. */
  private static final String MARK = "swept";

  private static final Duration PAUSE = Duration.ofHours(1);

  /** From which part of the limit on a blob is large. */
  private static final double LARGE = 0.01;

  /**
   * Their files bear the time when they were learnt. A plan is learnt again of its files' states.
   */
  private static final Duration FORGOTTEN_PLAN = Duration.ofDays(30);

  private static final Duration FORGOTTEN_STATE = Duration.ofDays(365);

  private final Path root;
  private final long limit;

  private record Found(Path file, long size, Instant used) {

    boolean isIn(String folder) {
      return file.getParent().endsWith(folder);
    }

    boolean isUnfinished() {
      return file.getFileName().toString().startsWith(WholeFile.UNFINISHED);
    }
  }

  CacheSweep(Path root, long limit) {
    this.root = root;
    this.limit = limit;
  }

  /**
   * Sweeps, if it has not been done for a while: it looks at all that is kept, and a build that
   * makes a few small layers need not wait for that each time. It is noted before it begins, so
   * that it is done by one.
   *
   * @param added the size of the blob that was added, in bytes; a large one pays for a look
   */
  void runIfDue(long added) throws IOException {
    Instant now = Instant.now();
    if (added >= limit * LARGE || !isRecent(now)) {
      note();
      run(now);
    }
  }

  private boolean isRecent(Instant now) {
    try {
      Instant last = Files.getLastModifiedTime(root.resolve(MARK)).toInstant();
      return last.isAfter(now.minus(PAUSE)) && last.isBefore(now.plus(PAUSE));
    } catch (IOException e) {
      return false;
    }
  }

  private void note() {
    try {
      WholeFile.write(root.resolve(MARK), new byte[0]);
    } catch (IOException e) {
      // Then it is done again the next time.
    }
  }

  /** Sweeps, whenever it was done last. */
  void run(Instant now) throws IOException {
    List<Found> all = files(root);
    List<Found> blobs = new ArrayList<>();
    long total = 0;
    for (Found one : all) {
      if (one.file.startsWith(root.resolve("blobs"))) {
        blobs.add(one);
        total += one.size;
      }
    }
    if (total > limit) {
      evict(blobs, total, now);
    }
    delete(all, file -> isForgotten(file, now));
  }

  private boolean isForgotten(Found file, Instant now) {
    if (file.isUnfinished()) {
      return file.used.isBefore(now.minus(UNFINISHED));
    }
    return file.file.startsWith(root.resolve("stat"))
        && file.used.isBefore(now.minus(file.isIn("plans") ? FORGOTTEN_PLAN : FORGOTTEN_STATE));
  }

  private void evict(List<Found> blobs, long total, Instant now) throws IOException {
    long left = total;
    for (Found blob : blobs.stream().sorted(Comparator.comparing(Found::used)).toList()) {
      if (left <= limit * FILL || !blob.used.isBefore(now.minus(IN_USE))) {
        break;
      }
      Files.deleteIfExists(blob.file);
      left -= blob.size;
    }
    BlobDirectory present = new BlobDirectory(root);
    List<Found> layers = files(root.resolve("layers"));
    delete(layers, file -> file.used.isBefore(now.minus(IN_USE)) && isLost(file, present));
  }

  private static boolean isLost(Found record, BlobDirectory blobs) {
    return LayerRecords.read(record.file, "")
        .filter(layer -> blobs.find(layer.blob()).isPresent())
        .isEmpty();
  }

  private static void delete(List<Found> files, Predicate<Found> isOld) throws IOException {
    for (Found file : files) {
      if (isOld.test(file)) {
        Files.deleteIfExists(file.file);
        deleteIfEmpty(file.file.getParent());
      }
    }
  }

  private static void deleteIfEmpty(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Others are still in use.
    }
  }

  private static List<Found> files(Path folder) throws IOException {
    List<Found> files = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return files;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            files.add(new Found(file, found.size(), found.lastModifiedTime().toInstant()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
