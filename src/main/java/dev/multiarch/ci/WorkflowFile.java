package dev.multiarch.ci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that people change afterwards. */
public final class WorkflowFile {

  /** What became of a file. */
  public enum Outcome {
    /** It has the text now. */
    WRITTEN,
    /** It had the text before. */
    UNCHANGED,
    /** It has another text, which was left alone. */
    REFUSED
  }

  private WorkflowFile() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @param overwrite whether another text may be lost
   */
  public static Outcome write(Path file, String text, boolean overwrite) throws IOException {
    if (Files.exists(file)) {
      if (Files.readString(file).equals(text)) {
        return Outcome.UNCHANGED;
      }
      if (!overwrite) {
        return Outcome.REFUSED;
      }
    }
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, "workflow", ".tmp");
    try {
      Files.writeString(beside, text);
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
    return Outcome.WRITTEN;
  }
}
