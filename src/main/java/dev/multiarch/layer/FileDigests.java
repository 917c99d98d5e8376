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
 * or make a layer. For several threads.
 */
public final class FileDigests {

  private final Map<Path, Known> known = new ConcurrentHashMap<>();

  private final Map<Path, FileTree> trees = new HashMap<>();

  private final LongSupplier clock;

  private record Known(FileStat stat, Digest digest) {}

  /** None is known yet. */
  public FileDigests() {
    this(FileStat::now);
  }

  /**
   * @param clock says the present moment, in nanoseconds since the epoch
   */
  public FileDigests(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * A folder with all that lies in it, or a file, as it was when it was first asked for. What has
   * come or gone since is met by who reads it, and by the next build.
   *
   * @throws IOException if it cannot be looked at
   */
  public FileTree tree(Path root) throws IOException {
    synchronized (trees) {
      FileTree tree = trees.get(root);
      if (tree == null) {
        tree = FileTree.of(root, clock.getAsLong());
        trees.put(root, tree);
      }
      return tree;
    }
  }

  /**
   * The digest of a file's bytes.
   *
   * @param stat what the file was a moment ago
   * @throws IOException if it cannot be read
   */
  Digest of(Path file, FileStat stat) throws IOException {
    Known before = known.get(file.toAbsolutePath());
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
    FileStat stat = FileStat.of(file);
    boolean racy = stat.isRacy(clock.getAsLong());
    byte[] bytes = Files.readAllBytes(file);
    if (!racy) {
      learn(file, stat, Digest.of(bytes));
    }
    return bytes;
  }

  /** Learns the digest of a file. The file must not be {@link FileStat#isRacy racy}. */
  void learn(Path file, FileStat stat, Digest digest) {
    known.put(file.toAbsolutePath(), new Known(stat, digest));
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
