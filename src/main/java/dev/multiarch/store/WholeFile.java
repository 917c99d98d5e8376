package dev.multiarch.store;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Files that are there whole or not at all. They are written beside their place and moved into it,
 * so a reader never sees half of one, and no lock is needed; of two writers the last one stays.
 */
public final class WholeFile {

  /** How the name of a file begins that is not finished. */
  public static final String UNFINISHED = ".new-";

  private static final int ATTEMPTS = 100;

  private WholeFile() {}

  /** Writes a small file, with its folder if there is none, in place of what was there. */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    for (int attempt = 1; ; attempt++) {
      try {
        if (attempt > 1) {
          Files.createDirectories(folder);
        }
        writeInto(folder, file, bytes);
        return;
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        // There is no folder yet, or a sweep of the cache took it away in between.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void writeInto(Path folder, Path file, byte[] bytes) throws IOException {
    Path beside = folder.resolve(unfinished());
    UnfinishedFiles.add(beside);
    try {
      Files.write(beside, bytes, StandardOpenOption.CREATE_NEW);
      move(beside, file);
    } catch (FileAlreadyExistsException e) {
      // The name is another writer's, and so is the file.
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      delete(beside, e);
      throw e;
    } finally {
      UnfinishedFiles.remove(beside);
    }
  }

  /**
   * A name for a file that is being written; who makes it with {@link
   * StandardOpenOption#CREATE_NEW} finds out if another has that name. No {@code UUID}: its first
   * one loads the class of SHA-1, and HotSpot then throws away what it has compiled of SHA-256.
   */
  static String unfinished() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return UNFINISHED + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }

  /** Takes away what cannot be finished; that this fails, too, must not hide why. */
  private static void delete(Path unfinished, Throwable why) {
    try {
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /** Moves a file into its place, in one step where the file system can. */
  static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
