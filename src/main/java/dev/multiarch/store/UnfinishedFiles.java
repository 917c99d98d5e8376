package dev.multiarch.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The files that this process is writing, which are deleted if it is told to end meanwhile. */
final class UnfinishedFiles {

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();
  private static final AtEnd AT_END =
      new AtEnd("multiarch-delete-unfinished", UnfinishedFiles::deleteAll);

  private UnfinishedFiles() {}

  static void add(Path file) {
    if (OPEN.add(file)) {
      AT_END.opened();
    }
  }

  static void remove(Path file) {
    if (OPEN.remove(file)) {
      AT_END.closed();
    }
  }

  private static void deleteAll() {
    for (Path file : OPEN) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // The next sweep of the cache, or build of the layout, takes it away.
      }
    }
  }
}
