package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder with all that lies in it, or one file, as the file system described it at one moment.
 * All who want to know share one look, because each costs a build of a large program tens of
 * milliseconds.
 */
public final class FileTree {

  private final long moment;
  private final List<Path> folders = new ArrayList<>();
  private final Map<Path, FileStat> files = new LinkedHashMap<>();
  private final List<Path> others = new ArrayList<>();

  private FileTree(long moment) {
    this.moment = moment;
  }

  /**
   * @param root the folder or file; if it is a link, that is not followed
   * @param moment the present one, as {@link FileStat#now} gives it
   * @throws IOException if a folder cannot be listed, or a file goes meanwhile
   */
  static FileTree of(Path root, long moment) throws IOException {
    FileTree tree = new FileTree(moment);
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes found) {
            tree.folders.add(folder);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            if (found.isRegularFile()) {
              tree.files.put(file, FileStat.of(file));
            } else {
              tree.others.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return tree;
  }

  /** The folders, each before what lies in it. */
  public List<Path> folders() {
    return Collections.unmodifiableList(folders);
  }

  /** The regular files, in the order in which the file system lists them. */
  public Set<Path> files() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** What is neither: links, whose targets may change without them, pipes and the like. */
  public List<Path> others() {
    return Collections.unmodifiableList(others);
  }

  /** The files with what was said of them. */
  Map<Path, FileStat> stats() {
    return files;
  }

  boolean isRacy(FileStat stat) {
    return stat.isRacy(moment);
  }

  /**
   * What stands for the names and the content of some of the files, without reading them. It is
   * good on this machine only.
   *
   * @return empty if there is none: one was changed {@linkplain FileStat#isRacy just now}, or is no
   *     regular file of this tree
   */
  public Optional<Digest> state(Collection<Path> some) {
    MessageDigest hash = Digest.sha256();
    for (Path file : some) {
      FileStat stat = files.get(file);
      if (stat == null || isRacy(stat)) {
        return Optional.empty();
      }
      hash.update((file + "\0" + stat.text() + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return Optional.of(Digest.of(hash));
  }
}
