package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder with all that lies in it or a choice of that, or one file, as the file system described
 * it when the build first looked. All who want to know share one look, which asks once of each
 * path: of a large program that takes tens of milliseconds.
 */
public final class FileTree {

  /** Which of what lies in a folder is meant. Two choices are equal if they choose alike. */
  public interface Choice {

    /** All that there is. */
    Choice ALL =
        new Choice() {
          @Override
          public boolean enters(Path folder) {
            return true;
          }

          @Override
          public boolean takes(Path path) {
            return true;
          }
        };

    /** Whether a folder is looked into; what lies in another need not be readable. */
    boolean enters(Path folder);

    /** Whether a file, or what is no folder either, is meant. */
    boolean takes(Path path);
  }

  private final Choice choice;
  private final long moment;
  private final Map<Path, FileStat> stats;
  private final List<Path> folders = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Path> others = new ArrayList<>();

  private FileTree(Choice choice, Map<Path, FileStat> stats, long moment) {
    this.choice = choice;
    this.stats = stats;
    this.moment = moment;
  }

  /**
   * @param root the folder or file, which is meant in any case; if it is a link, that is not
   *     followed
   * @param choice what is meant of a folder's content
   * @param stats gets what is said of the files, unless it is there
   * @param moment the present one, as {@link FileStat#now} gives it
   * @throws IOException if a folder cannot be listed, or a file goes meanwhile
   */
  static FileTree of(Path root, Choice choice, Map<Path, FileStat> stats, long moment)
      throws IOException {
    FileTree tree = new FileTree(choice, stats, moment);
    tree.add(root, true);
    return tree;
  }

  private void add(Path path, boolean isRoot) throws IOException {
    FileStat stat = FileStat.look(path, moment, LinkOption.NOFOLLOW_LINKS);
    if (stat.kind() == FileStat.Kind.FOLDER) {
      if (isRoot || choice.enters(path)) {
        folders.add(path);
        addContent(path);
      }
    } else if (isRoot || choice.takes(path)) {
      if (stat.isFile()) {
        files.add(path);
        stats.putIfAbsent(path, stat);
      } else {
        others.add(path);
      }
    }
  }

  private void addContent(Path folder) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
      for (Path path : content) {
        add(path, false);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The folders, each before what lies in it. */
  public List<Path> folders() {
    return Collections.unmodifiableList(folders);
  }

  /** The regular files, in the order in which the file system lists them. */
  public List<Path> files() {
    return Collections.unmodifiableList(files);
  }

  /** What is neither: links, whose targets may change without them, pipes and the like. */
  public List<Path> others() {
    return Collections.unmodifiableList(others);
  }

  /**
   * What stands for the names and the content of some of the files, without reading them. It is
   * good on this machine only.
   *
   * @return empty if there is none: one was changed {@linkplain FileStat#isRacy just now}, or was
   *     not looked at, as what a link leads to
   */
  public Optional<Digest> state(Collection<Path> some) {
    MessageDigest hash = Digest.sha256();
    for (Path file : some) {
      FileStat stat = stats.get(file);
      if (stat == null || stat.isRacy()) {
        return Optional.empty();
      }
      hash.update((file + "\0" + stat.text() + "\0").getBytes(StandardCharsets.UTF_8));
    }
    return Optional.of(Digest.of(hash));
  }
}
