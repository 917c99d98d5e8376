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
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells whether files and folders are as they were at an earlier time, mostly without reading any.
 * A file that has not been touched for a while stands for its content by what the file system says
 * of it. One that was touched by the build itself (maven-resources-plugin touches what it does not
 * even change) is read, and remembered with its digest.
 */
public final class FileStates {

  private final MessageDigest hash = Digest.sha256();
  private final FileDigests digests;
  private final long moment;
  private final long begin;
  private final Map<String, String> remembered;
  private final Map<String, String> touched = new TreeMap<>();
  private boolean reliable = true;

  /**
   * @param begin when the build began; what was touched since then is read
   * @param remembered what {@link #touched} gave at the earlier time; empty if there was none
   * @param digests reads the files that were touched
   */
  public FileStates(Instant begin, Map<String, String> remembered, FileDigests digests) {
    this(begin, remembered, digests, FileStat.now());
  }

  FileStates(Instant begin, Map<String, String> remembered, FileDigests digests, long moment) {
    this.digests = digests;
    this.moment = moment;
    this.begin = FileStat.nanos(begin);
    this.remembered = Map.copyOf(remembered);
  }

  /** Adds a file, or a folder with all that lies in it. */
  public void add(Path root) throws IOException {
    update(root.toString());
    int prefix = root.toString().length();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes found) {
            update(folder.toString().substring(prefix));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            // What a link leads to may change without the link.
            reliable &= found.isRegularFile();
            if (reliable) {
              FileStat stat = FileStat.of(file);
              update(file.toString().substring(prefix));
              update(content(file, stat));
              update(stat.executable() ? "x" : "");
            }
            return reliable ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }
        });
  }

  /** What stands for the content of a file. */
  private String content(Path file, FileStat stat) throws IOException {
    String name = file.toString();
    String state = stat.text();
    boolean racy = stat.isRacy(moment);
    String before = remembered.get(name);
    if (before == null && stat.changed() < begin && !racy) {
      return state;
    }
    String digest =
        before != null && before.startsWith(state + " ")
            ? before.substring(state.length() + 1)
            : digests.of(file, stat).toString();
    // Another change might leave a racy state as it is.
    touched.put(name, (racy ? "" : state) + " " + digest);
    return digest;
  }

  private void update(String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }

  /** All of it in one; empty if equal states need not mean equal content. */
  public Optional<Digest> digest() {
    return reliable ? Optional.of(Digest.of(hash)) : Optional.empty();
  }

  /** The files that were touched lately, with what to remember of them. */
  public Map<String, String> touched() {
    return touched;
  }
}
