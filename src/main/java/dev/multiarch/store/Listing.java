package dev.multiarch.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What lies in a folder. */
public final class Listing {

  private Listing() {}

  /**
   * The regular files in a folder and in those within it, in the order of their paths. Links to
   * folders are not followed, but the folder itself may be one.
   *
   * @throws IOException if a folder cannot be read
   */
  public static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    add(folder, files);
    files.sort(null);
    return files;
  }

  private static void add(Path folder, List<Path> files) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      for (Path path : content) {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          add(path, files);
        } else if (Files.isRegularFile(path)) {
          files.add(path);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
