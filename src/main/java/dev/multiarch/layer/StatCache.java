package dev.multiarch.layer;

import dev.multiarch.layer.StateFile.State;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Sealed;
import dev.multiarch.store.WholeFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of this machine's files, so that an unchanged one is not read again by a
 * later build. For several threads.
 *
 * <p>Files that lie near to each other share a file of the cache, so that a build reads of its own
 * module and of few groups of Maven's local repository, however many a user has. One that is
 * missing, damaged or overwritten by another build costs a hash, nothing else.
 */
final class StatCache {

  /** So many names of a path say which files are near: about a module, or a group of jars. */
  private static final int NEAR = 6;

  /** Keeps a file below some tens of megabytes: with more, only what a build has learnt is kept. */
  private static final int MAX_ENTRIES = 1 << 18;

  private final Path folder;
  private final int maxEntries;
  private final Map<String, Map<String, State>> known = new HashMap<>();

  StatCache(Path folder) {
    this(folder, MAX_ENTRIES);
  }

  StatCache(Path folder, int maxEntries) {
    this.folder = folder;
    this.maxEntries = maxEntries;
  }

  /**
   * The hash of a file in this state, if an earlier build knew it. The file was not racy then.
   *
   * @param file its absolute path
   */
  synchronized @Nullable Digest find(Path file, FileStat stat) {
    String near = near(file);
    Map<String, State> states = known.get(near);
    if (states == null) {
      states = read(near);
      known.put(near, states);
    }
    State then = states.get(name(file, near));
    return then != null && then.stat().hasContentOf(stat) ? then.digest() : null;
  }

  /** What a path has in common with those of its neighbours. */
  private static String near(Path path) {
    String text = path.toString();
    int end = path.getRoot().toString().length() - 1;
    for (int i = 0; i < NEAR; i++) {
      int next = text.indexOf(File.separatorChar, end + 1);
      end = next < 0 ? end : next;
    }
    return text.substring(0, end + 1);
  }

  private static String name(Path path, String near) {
    return path.toString().substring(near.length());
  }

  private Path file(String near) {
    CRC32 hash = new CRC32();
    hash.update(near.getBytes(StandardCharsets.UTF_8));
    return folder.resolve(Long.toHexString(hash.getValue()));
  }

  private Map<String, State> read(String near) {
    try {
      Optional<byte[]> bytes = Sealed.open(Files.readAllBytes(file(near)));
      // Two neighbourhoods may have the same hash.
      return bytes.isEmpty() ? Map.of() : StateFile.parse(near, bytes.get());
    } catch (IOException e) {
      // Missing: what is unknown is hashed again.
      return Map.of();
    }
  }

  /**
   * Writes what a build has learnt, beside what others have learnt meanwhile.
   *
   * @param learnt by the files' absolute paths. None was {@link FileStat#isRacy racy} when it was
   *     read
   */
  synchronized void save(Map<Path, SeenFiles.Known> learnt) throws IOException {
    // Of 100,000 files each copy takes some tens of megabytes.
    known.clear();
    Map<String, SortedMap<String, State>> all = new HashMap<>();
    for (Map.Entry<Path, SeenFiles.Known> one : learnt.entrySet()) {
      String near = near(one.getKey());
      SortedMap<String, State> states = all.get(near);
      if (states == null) {
        states = new TreeMap<>();
        all.put(near, states);
      }
      SeenFiles.Known known = one.getValue();
      states.put(name(one.getKey(), near), State.of(known.stat(), known.digest()));
    }
    for (Map.Entry<String, SortedMap<String, State>> news : all.entrySet()) {
      save(news.getKey(), news.getValue());
    }
  }

  private void save(String near, SortedMap<String, State> learnt) throws IOException {
    Map<String, State> there = read(near);
    if (there.entrySet().containsAll(learnt.entrySet())) {
      return;
    }
    SortedMap<String, State> both = new TreeMap<>(there);
    both.putAll(learnt);
    byte[] bytes = StateFile.print(near, both.size() > maxEntries ? learnt : both);
    WholeFile.write(file(near), Sealed.seal(bytes));
  }
}
