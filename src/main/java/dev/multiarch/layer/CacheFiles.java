package dev.multiarch.layer;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * The small files of a cache. They are written beside their place and moved into it, so a reader
 * never sees half of one, and no lock is needed; of two writers the last one stays.
 */
final class CacheFiles {

  /** How the name of a file begins that is not finished. */
  static final String UNFINISHED = ".new-";

  private static final int ATTEMPTS = 100;

  private CacheFiles() {}

  static void replace(Path file, byte[] bytes) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        write(file, bytes);
        return;
      } catch (NoSuchFileException | FileAlreadyExistsException e) {
        // A sweep took the folder away in between.
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Path folder = file.getParent();
    Files.createDirectories(folder);
    Path beside = folder.resolve(UNFINISHED + UUID.randomUUID());
    try {
      Files.write(beside, bytes);
      try {
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(beside);
      throw e;
    }
  }
}
