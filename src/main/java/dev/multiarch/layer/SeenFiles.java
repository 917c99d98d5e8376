package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * What a build has found out of files: the folders it has looked at, and the digests of those that
 * it has read; so that nothing is done both to find out whether anything changed and to plan, find
 * or make a layer. What changes afterwards is met by who reads it, or by the next build: a state
 * that was seen before the content was read is never taken for the state of other content. For
 * several threads.
 */
public final class SeenFiles {

  private final Map<Path, FileTree> trees = new HashMap<>();

  private final Map<Path, FileStat> stats = new ConcurrentHashMap<>();

  private final Map<Path, Known> digests = new ConcurrentHashMap<>();

  private final LongSupplier clock;

  private record Known(FileStat stat, Digest digest) {}

  /** None was seen yet. */
  public SeenFiles() {
    this(FileStat::now);
  }

  /**
   * @param clock says the present moment, in nanoseconds since the epoch
   */
  public SeenFiles(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * A folder with all that lies in it, or a file, as it was when it was first asked for.
   *
   * @throws IOException if it cannot be looked at
   */
  public FileTree tree(Path root) throws IOException {
    synchronized (trees) {
      FileTree tree = trees.get(root);
      if (tree == null) {
        tree = FileTree.of(root, clock.getAsLong());
        trees.put(root, tree);
        stats.putAll(tree.stats());
      }
      return tree;
    }
  }

  /**
   * Whether the owner of a file may execute it; false where the system has no such right.
   *
   * @throws IOException if it is no file, or cannot be looked at
   */
  public boolean isExecutable(Path file) throws IOException {
    return stat(file).isExecutable();
  }

  /**
   * A file as it was when it was first asked for, alone or with its folder. A link is followed.
   *
   * @throws IOException if it is no file, or cannot be looked at; the message names it
   */
  FileStat stat(Path file) throws IOException {
    FileStat stat = stats.get(file);
    if (stat == null) {
      stat = FileStat.of(file, clock.getAsLong());
      stats.put(file, stat);
    }
    return stat;
  }

  /**
   * The digest of a file's bytes.
   *
   * @param stat what the file was a moment ago
   * @throws IOException if it cannot be read
   */
  Digest digest(Path file, FileStat stat) throws IOException {
    Known before = digests.get(file.toAbsolutePath());
    if (before != null && before.stat.equals(stat)) {
      return before.digest;
    }
    boolean racy = stat.isRacy(clock.getAsLong());
    Digest digest = read(file, stat.size());
    if (!racy) {
      learn(file, stat, digest);
    }
    return digest;
  }

  /**
   * The bytes of a file that is small. Its digest is known from then on, unless the file was
   * changed just now.
   *
   * @throws IOException if it cannot be read
   */
  public byte[] read(Path file) throws IOException {
    FileStat stat = stat(file);
    boolean racy = stat.isRacy(clock.getAsLong());
    byte[] bytes = Files.readAllBytes(file);
    if (!racy) {
      learn(file, stat, Digest.of(bytes));
    }
    return bytes;
  }

  /** Learns the digest of a file. The file must not be {@link FileStat#isRacy racy}. */
  void learn(Path file, FileStat stat, Digest digest) {
    digests.put(file.toAbsolutePath(), new Known(stat, digest));
  }

  private static Digest read(Path file, long size) throws IOException {
    MessageDigest hash = Digest.sha256();
    byte[] buffer = new byte[(int) Math.max(1, Math.min(TarWriter.BUFFER, size))];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
    return Digest.of(hash);
  }
}
