package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether files and folders are as they were at an earlier time, mostly without reading any.
 * A file that has not been touched for a while stands for its content by what the file system says
 * of it. One that was touched by the build itself (maven-resources-plugin touches what it does not
 * even change) is read, and remembered with its digest.
 */
public final class FileStates {

  private final SeenFiles files;
  private final long begin;
  private final Map<String, String> remembered;
  private final List<Seen> all = new ArrayList<>();
  private final Map<String, String> touched = new TreeMap<>();
  private boolean reliable = true;

  /**
   * A file or a folder as it was found.
   *
   * @param name within the folder that was added
   * @param stat null for a folder
   * @param digest of its bytes if they were read at once
   */
  private record Seen(String name, Path path, @Nullable FileStat stat, @Nullable Digest digest) {}

  /**
   * @param begin when the build began; what was touched since then is read
   * @param remembered what {@link #touched} gave at the earlier time; empty if there was none
   * @param files looks at the files, and reads those that were touched
   */
  public FileStates(Instant begin, Map<String, String> remembered, SeenFiles files) {
    this.files = files;
    this.begin = FileStat.nanos(begin);
    this.remembered = Map.copyOf(remembered);
  }

  /** Adds a file, or a folder with all that lies in it. */
  public void add(Path root) throws IOException {
    FileTree tree = files.tree(root);
    // What a link leads to may change without the link.
    reliable &= tree.others().isEmpty();
    if (!reliable) {
      return;
    }
    int prefix = root.toString().length();
    all.add(new Seen(root.toString(), root, null, null));
    for (Path folder : tree.folders()) {
      all.add(new Seen(folder.toString().substring(prefix), folder, null, null));
    }
    for (Map.Entry<Path, FileStat> file : tree.stats().entrySet()) {
      Path path = file.getKey();
      FileStat stat = file.getValue();
      // Another change might leave a racy state as it is.
      Digest digest = stat.isRacy() ? files.digest(path, stat) : null;
      all.add(new Seen(path.toString().substring(prefix), path, stat, digest));
    }
  }

  /**
   * All that was added in one, as it was when it was added. Files that were touched are read only
   * now, if nobody has read them since.
   *
   * @return empty if nothing can be concluded: equal states need not mean equal content, or a file
   *     has changed since it was added
   */
  public Optional<Digest> digest() {
    if (!reliable) {
      return Optional.empty();
    }
    MessageDigest hash = Digest.sha256();
    try {
      for (Seen one : all) {
        update(hash, one.name);
        if (one.stat != null) {
          update(hash, content(one, one.stat));
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
  private String content(Seen file, FileStat stat) throws IOException {
    String name = file.path.toString();
    String state = stat.text();
    if (file.digest == null && isOld(file.path, stat)) {
      return state;
    }
    String digest = file.digest == null ? remembered(file.path, stat) : file.digest.toString();
    if (file.digest != null) {
      requireUnchanged(file, stat, files.digest(file.path, stat).equals(file.digest));
    } else if (digest == null) {
      digest = files.digest(file.path, stat).toString();
      requireUnchanged(file, stat, true);
    }
    touched.put(name, (file.digest == null ? state : "") + " " + digest);
    return digest;
  }

  /** How many bytes of files that were touched {@link #digest} has still to read. */
  public long unread() {
    long bytes = 0;
    for (Seen one : all) {
      if (one.stat != null
          && one.digest == null
          && !isOld(one.path, one.stat)
          && remembered(one.path, one.stat) == null) {
        bytes += one.stat.size();
      }
    }
    return bytes;
  }

  /** Whether neither this build nor an earlier one touched a file: its state stands for it. */
  private boolean isOld(Path file, FileStat stat) {
    return stat.changed() < begin && !remembered.containsKey(file.toString());
  }

  /** The digest that is remembered of a file in just this state; null if there is none. */
  private @Nullable String remembered(Path file, FileStat stat) {
    String before = remembered.getOrDefault(file.toString(), "");
    String state = stat.text() + " ";
    return before.startsWith(state) ? before.substring(state.length()) : null;
  }

  private static void requireUnchanged(Seen file, FileStat stat, boolean sameBytes)
      throws IOException {
    if (!sameBytes || !FileStat.of(file.path, stat.moment()).equals(stat)) {
      throw new IOException(file.path + " has changed");
    }
  }

  private static void update(MessageDigest hash, String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  /** The files that were touched lately, with what to remember of them, once they are read. */
  public Map<String, String> touched() {
    return touched;
  }
}
