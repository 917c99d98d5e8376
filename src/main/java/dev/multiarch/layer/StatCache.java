package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.Sealed;
import dev.multiarch.store.WholeFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of this machine's files, so that an unchanged one is not read again. An
 * instance serves one layer; what it learns is kept by {@link #save}.
 *
 * <p>Files that lie near to each other share a file of the cache, so that a build reads of its own
 * module and of few groups of Maven's local repository, however many a user has. One that is
 * missing, damaged or overwritten by another layer or build costs a hash, nothing else.
 */
final class StatCache {

  private static final String FORM = "states 3";

  /** Ends each text: no path holds it. */
  private static final String END = "\0";

  /** So many names of a path say which files are near: about a module, or a group of jars. */
  private static final int NEAR = 6;

  /** Keeps a file below some tens of megabytes; what was learnt first goes first. */
  private static final int MAX_ENTRIES = 1 << 18;

  private final Path folder;
  private final Map<String, Map<String, String>> known = new HashMap<>();
  private final Map<String, Map<String, String>> learnt = new HashMap<>();

  StatCache(Path folder) {
    this.folder = folder;
  }

  /** The hash of a file in this state, if it is known. The file was not racy when it was learnt. */
  @Nullable Digest find(Path file, FileStat stat) {
    Path path = file.toAbsolutePath();
    String near = near(path);
    String then = known(near).getOrDefault(name(path, near), "");
    String state = stat.text() + " ";
    return then.startsWith(state)
        ? new Digest(Digest.SHA256, then.substring(state.length()))
        : null;
  }

  /** Learns the hash of a file. The file must not be {@link FileStat#isRacy racy}. */
  void learn(Path file, FileStat stat, Digest digest) {
    Path path = file.toAbsolutePath();
    String near = near(path);
    String name = name(path, near);
    String state = stat.text() + " " + digest.hex();
    if (!state.equals(known(near).get(name))) {
      learnt.computeIfAbsent(near, there -> new LinkedHashMap<>()).put(name, state);
    }
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

  private Map<String, String> known(String near) {
    Map<String, String> states = known.get(near);
    if (states == null) {
      states = read(near);
      known.put(near, states);
    }
    return states;
  }

  private Map<String, String> read(String near) {
    Map<String, String> states = new LinkedHashMap<>();
    try {
      Optional<byte[]> bytes = Sealed.open(Files.readAllBytes(file(near)));
      String[] texts = new String(bytes.orElse(new byte[0]), StandardCharsets.UTF_8).split(END);
      // Two neighbourhoods may have the same hash.
      if (texts.length > 1 && texts[0].equals(FORM) && texts[1].equals(near)) {
        for (int i = 2; i + 1 < texts.length; i += 2) {
          states.put(texts[i], texts[i + 1]);
        }
      }
    } catch (IOException e) {
      // Missing: what is unknown is hashed again.
    }
    return states;
  }

  /** Writes what was learnt, beside what others have learnt while the layer was made. */
  void save() throws IOException {
    // Of 100,000 files each copy takes some tens of megabytes.
    known.clear();
    for (Map.Entry<String, Map<String, String>> news : learnt.entrySet()) {
      Map<String, String> states = read(news.getKey());
      // At the end, as the youngest.
      states.keySet().removeAll(news.getValue().keySet());
      states.putAll(news.getValue());
      WholeFile.write(file(news.getKey()), print(news.getKey(), states));
    }
    learnt.clear();
  }

  private static byte[] print(String near, Map<String, String> states) {
    StringBuilder text = new StringBuilder(FORM).append(END).append(near).append(END);
    int tooMany = states.size() - MAX_ENTRIES;
    for (Map.Entry<String, String> state : states.entrySet()) {
      if (--tooMany < 0) {
        text.append(state.getKey()).append(END).append(state.getValue()).append(END);
      }
    }
    return Sealed.seal(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
