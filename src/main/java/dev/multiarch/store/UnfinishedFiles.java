package dev.multiarch.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that this process is writing. If it is told to end meanwhile (Ctrl-C), no thread comes
 * to delete its own, so they are deleted here.
 */
final class UnfinishedFiles {

  private static final Set<Path> OPEN = new HashSet<>();
  private static @Nullable Thread hook;

  private UnfinishedFiles() {}

  static synchronized void add(Path file) {
    OPEN.add(file);
    if (hook == null) {
      Thread atEnd = new Thread(UnfinishedFiles::deleteAll, "multiarch-delete-unfinished");
      try {
        Runtime.getRuntime().addShutdownHook(atEnd);
        hook = atEnd;
      } catch (IllegalStateException e) {
        // The process ends already.
      }
    }
  }

  /** With the last file the hook goes too: a Maven daemon lives longer than we are wanted. */
  static synchronized void remove(Path file) {
    OPEN.remove(file);
    if (OPEN.isEmpty() && hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It is running.
      }
      hook = null;
    }
  }

  private static synchronized void deleteAll() {
    for (Path file : OPEN) {
      try {
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.getParent());
      } catch (IOException e) {
        // Others write beside it, or the next sweep takes it away.
      }
    }
  }
}
