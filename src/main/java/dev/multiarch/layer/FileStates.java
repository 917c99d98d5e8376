package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether files and folders are as they were at an earlier time, mostly without reading any.
 * A file that was not touched since then stands for its content by what the file system says of it.
 * One that was touched (maven-resources-plugin touches what it does not even change) stands by its
 * digest.
 */
public final class FileStates {

  private final SeenFiles files;
  private final List<Seen> all = new ArrayList<>();
  private final SortedMap<Path, Path> links = new TreeMap<>();
  private boolean reliable = true;

  /**
   * A file or a folder as it was found.
   *
   * @param prefix the length of the path of the folder that was added
   * @param stat null for a folder
   * @param digest of its bytes if they were read at once
   */
  private record Seen(int prefix, Path path, @Nullable FileStat stat, @Nullable Digest digest) {

    /** Within the folder that was added. */
    String name() {
      return path.toString().substring(prefix);
    }
  }

  /**
   * @param files looks at the files, and reads those that were touched
   */
  public FileStates(SeenFiles files) {
    this.files = files;
  }

  /** Adds a file, or a folder with all that lies in it; what links in it lead to counts, too. */
  public void add(Path root) throws IOException {
    FileTree tree = files.tree(root);
    // What a link leads to may change without the link.
    reliable &= tree.others().isEmpty();
    add(root, tree);
  }

  /** Adds a folder with a choice of what lies in it, of whose links the links count. */
  public void add(Path root, FileTree.Choice choice) throws IOException {
    FileTree tree = files.tree(root, choice);
    for (Path other : tree.others()) {
      if (Files.isSymbolicLink(other)) {
        links.put(other, Files.readSymbolicLink(other));
      } else {
        reliable = false;
      }
    }
    add(root, tree);
  }

  private void add(Path root, FileTree tree) throws IOException {
    if (!reliable) {
      return;
    }
    int prefix = root.toString().length();
    all.add(new Seen(0, root, null, null));
    for (Path folder : tree.folders()) {
      all.add(new Seen(prefix, folder, null, null));
    }
    for (Path file : tree.files()) {
      FileStat stat = files.stat(file);
      // Another change might leave a racy state as it is.
      Digest digest = stat.isRacy() ? files.digest(file, stat) : null;
      all.add(new Seen(prefix, file, stat, digest));
    }
  }

  /**
   * All that was added in one, as it was when it was added. Files that were touched are read only
   * now, if nobody has read them in this state.
   *
   * @param since from when on a file counts as touched: two digests can be compared if they are of
   *     the same moment
   * @return empty if nothing can be concluded: equal states need not mean equal content, or a file
   *     has changed since it was added
   */
  public Optional<Digest> digest(Instant since) {
    if (!reliable || files.sawChange()) {
      return Optional.empty();
    }
    long touched = FileStat.nanos(since);
    MessageDigest hash = Digest.sha256();
    try {
      for (var link : links.entrySet()) {
        if (!Files.readSymbolicLink(link.getKey()).equals(link.getValue())) {
          throw changed(link.getKey());
        }
        update(hash, "link");
        update(hash, link.getKey().toString());
        update(hash, link.getValue().toString());
      }
      for (Seen one : all) {
        update(hash, one.name());
        if (one.stat != null) {
          update(hash, content(one, one.stat, touched));
          update(hash, one.stat.isExecutable() ? "x" : "");
        }
      }
    } catch (IOException e) {
      // It is gone, or another.
      return Optional.empty();
    }
    return Optional.of(Digest.of(hash));
  }

  /** What stands for the content of a file. */
  private String content(Seen file, FileStat stat, long touched) throws IOException {
    if (file.digest == null && stat.changed() < touched) {
      return stat.text();
    }
    boolean isKnown = files.isOld(stat) && files.known(file.path, stat) != null;
    Digest digest = files.digest(file.path, stat);
    if (file.digest != null && !file.digest.equals(digest)) {
      throw changed(file.path);
    }
    // What follows from it may not fit what it is by now. What an earlier build knew of this state
    // needs no other look.
    if ((file.digest != null || !isKnown) && !FileStat.of(file.path, stat.moment()).equals(stat)) {
      throw changed(file.path);
    }
    return digest.toString();
  }

  /**
   * How many bytes of files that were touched {@link #digest} has still to read.
   *
   * @param since from when on a file counts as touched
   */
  public long unread(Instant since) {
    long touched = FileStat.nanos(since);
    long bytes = 0;
    for (Seen one : all) {
      if (one.stat != null
          && one.digest == null
          && one.stat.changed() >= touched
          && files.known(one.path, one.stat) == null) {
        bytes += one.stat.size();
      }
    }
    return bytes;
  }

  private static IOException changed(Path file) {
    return new IOException(file + " has changed");
  }

  private static void update(MessageDigest hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }
}
