package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a build has found out of files: the folders it has looked at, and the digests of those that
 * it or an earlier build has read; so that nothing is done both to find out whether anything
 * changed and to plan, find or make a layer. No digest is kept of a file that is no longer as it
 * was looked at when it has been read. For several threads.
 */
public final class SeenFiles {

  /** How many bytes of files are at hand for the layer that they go into. */
  private static final int AT_HAND = 4 << 20;

  /** No lambda: for one of this shape every JVM makes code, in the time of reading many files. */
  private static final LongSupplier NOW =
      new LongSupplier() {
        @Override
        public long getAsLong() {
          return FileStat.now();
        }
      };

  // No key of both: a record's own hashCode costs a JVM that has just started tens of milliseconds.
  private final Map<FileTree.Choice, Map<Path, FileTree>> trees = new HashMap<>();

  private final Map<Path, FileStat> stats = new ConcurrentHashMap<>();

  private final Map<Path, Known> digests = new ConcurrentHashMap<>();

  private final Map<Path, byte[]> atHand = new ConcurrentHashMap<>();

  private final AtomicInteger room = new AtomicInteger(AT_HAND);

  private final Optional<StatCache> earlier;

  private final long begin;

  private final LongSupplier clock;

  private volatile boolean changed;

  /** The digest of a file in a state. */
  record Known(FileStat stat, Digest digest) {}

  /** None was seen yet, and what is seen is forgotten. */
  public SeenFiles() {
    this(NOW);
  }

  /**
   * @param clock says the present moment, in nanoseconds since the epoch
   */
  public SeenFiles(LongSupplier clock) {
    this(Optional.empty(), 0, clock);
  }

  /**
   * @param cache the folder of a {@link LayerCache}, where the digests of earlier builds are
   * @param begin when this build began: what was changed since then cannot be there
   */
  public SeenFiles(Path cache, Instant begin) {
    this(Optional.of(cache), FileStat.nanos(begin), NOW);
  }

  /**
   * @param begin in nanoseconds since the epoch
   * @param clock says the present moment likewise
   */
  SeenFiles(Optional<Path> cache, long begin, LongSupplier clock) {
    this.earlier =
        cache.isPresent()
            ? Optional.of(new StatCache(LayerCache.states(cache.get())))
            : Optional.empty();
    this.begin = begin;
    this.clock = clock;
  }

  /**
   * A folder with all that lies in it, or a file. What the build has looked at before is described
   * as it was then.
   *
   * @throws IOException if it cannot be looked at
   */
  public FileTree tree(Path root) throws IOException {
    return tree(root, FileTree.Choice.ALL);
  }

  /**
   * The same of a part of what lies in the folder.
   *
   * @throws IOException if that cannot be looked at
   */
  public FileTree tree(Path root, FileTree.Choice choice) throws IOException {
    synchronized (trees) {
      Map<Path, FileTree> chosen = trees.get(choice);
      if (chosen == null) {
        chosen = new HashMap<>();
        trees.put(choice, chosen);
      }
      FileTree tree = chosen.get(root);
      if (tree == null) {
        tree = FileTree.of(root, choice, stats, clock.getAsLong());
        chosen.put(root, tree);
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
      FileStat now = FileStat.of(file, clock.getAsLong());
      FileStat first = stats.putIfAbsent(file, now);
      stat = first == null ? now : first;
    }
    return stat;
  }

  /**
   * The digest of a file's bytes; the file is read if it is not {@linkplain #known}.
   *
   * @param stat what the file was a moment ago
   * @throws IOException if it cannot be read
   */
  Digest digest(Path file, FileStat stat) throws IOException {
    Digest known = known(file, stat);
    if (known != null) {
      return known;
    }
    boolean racy = stat.isRacy(clock.getAsLong());
    Digest digest = read(file, stat.size());
    if (isStill(file, stat) && !racy) {
      learn(file, stat, digest);
    }
    return digest;
  }

  /** The digest of a file in this state; null if neither this build nor an earlier one has it. */
  @Nullable Digest known(Path file, FileStat stat) {
    Path path = file.toAbsolutePath();
    Known now = digests.get(path);
    if (now != null && now.stat.equals(stat)) {
      return now.digest;
    }
    return isOld(stat) && earlier.isPresent() ? earlier.get().find(path, stat) : null;
  }

  /**
   * The bytes of a file as it was when it was first asked for, if this build has read them and they
   * are in memory; they are given once.
   */
  Optional<byte[]> atHand(Path file) {
    return Optional.ofNullable(atHand.remove(file));
  }

  /** Whether a file was last changed before this build began. */
  boolean isOld(FileStat stat) {
    return stat.changed() < begin;
  }

  /**
   * The bytes of a file that is small. Unless it was changed just now, or is another than when it
   * was looked at, they are {@linkplain #atHand at hand} from then on as long as there is room, and
   * their digest is known if it is wanted.
   *
   * @param hashed whether the digest is wanted
   * @throws IOException if it cannot be read
   */
  public byte[] read(Path file, boolean hashed) throws IOException {
    FileStat stat = stat(file);
    boolean racy = stat.isRacy(clock.getAsLong());
    byte[] bytes = Files.readAllBytes(file);
    if (isStill(file, stat) && !racy && bytes.length == stat.size()) {
      if (hashed) {
        learn(file, stat, Digest.of(bytes));
      }
      keepAtHand(file, bytes);
    }
    return bytes;
  }

  private void keepAtHand(Path file, byte[] bytes) {
    if (room.addAndGet(-bytes.length) >= 0) {
      atHand.put(file, bytes);
    } else {
      room.addAndGet(bytes.length);
    }
  }

  /**
   * Makes sure that a file is still as it was looked at, when something else than this has read it.
   *
   * @throws IOException if it is not; the message names it
   */
  public void requireStill(Path file) throws IOException {
    FileStat stat = stat(file);
    if (!isStill(file, stat)) {
      throw changed(file, stat);
    }
  }

  /** What to tell of a file that is written while it is read. */
  static IOException changed(Path file, FileStat stat) {
    return new IOException(
        "%s is no longer as it was when the build looked at it, with %d bytes: something else writes it. Build again when that has ended"
            .formatted(file, stat.size()));
  }

  /** The file may have been written between the look and the reading. */
  private boolean isStill(Path file, FileStat stat) throws IOException {
    boolean isStill = FileStat.of(file, stat.moment()).equals(stat);
    if (!isStill) {
      noteChange();
    }
    return isStill;
  }

  /**
   * Learns the digest of a file, unless it is known.
   *
   * @param stat as it was before the file was read and afterwards. It must not have been {@link
   *     FileStat#isRacy racy} when it was read
   */
  void learn(Path file, FileStat stat, Digest digest) {
    if (known(file, stat) == null) {
      digests.put(file.toAbsolutePath(), new Known(stat, digest));
    }
  }

  /** Notes that a file was another when it was read: nothing is to be concluded of this build. */
  void noteChange() {
    changed = true;
  }

  /**
   * Whether a file was another when it was read than when it was looked at. What follows from it
   * may not fit its state, nor what was found out before.
   */
  public boolean sawChange() {
    return changed;
  }

  /** Keeps the digests that this build has found out for later ones. */
  public void save() throws IOException {
    if (earlier.isPresent()) {
      earlier.get().save(digests);
    }
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
