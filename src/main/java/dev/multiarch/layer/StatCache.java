package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.Sealed;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of this machine's files, so that an unchanged one is not read again. An
 * instance serves one layer; what it learns is kept by {@link #save}.
 *
 * <p>Files that lie near to each other share a file of the cache, so that a build reads of its own
 * module and of few groups of Maven's local repository, however many a user has. One that is
 * missing, damaged or overwritten by another build costs a hash, nothing else.
 */
final class StatCache {

  private static final String FORM = "states 3";

  /** Ends each text: no path holds it. */
  private static final String END = "\0";

  /** So many names of a path say which files are near: about a module, or a group of jars. */
  private static final int NEAR = 6;

  /** Keeps a file below some megabytes; what was learnt first goes first. */
  private static final int MAX_ENTRIES = 1 << 15;

  private final Path folder;
  private final Map<String, Map<String, String>> places = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  StatCache(Path folder) {
    this.folder = folder;
  }

  /** The hash of a file in this state, if it is known. The file was not racy when it was learnt. */
  @Nullable Digest find(Path file, FileStat stat) {
    String path = file.toAbsolutePath().toString();
    String place = place(path);
    String known = states(place).getOrDefault(path.substring(place.length()), "");
    String state = stat.text() + " ";
    return known.startsWith(state)
        ? new Digest(Digest.SHA256, known.substring(state.length()))
        : null;
  }

  /** Learns the hash of a file. The file must not be {@link FileStat#isRacy racy}. */
  void learn(Path file, FileStat stat, Digest digest) {
    String path = file.toAbsolutePath().toString();
    String place = place(path);
    Map<String, String> states = states(place);
    String name = path.substring(place.length());
    String state = stat.text() + " " + digest.hex();
    if (!state.equals(states.get(name))) {
      // At the end again, as the youngest.
      states.remove(name);
      states.put(name, state);
      changed.add(place);
    }
  }

  private static String place(String path) {
    int end = 0;
    for (int i = 0; i < NEAR; i++) {
      int next = path.indexOf(File.separatorChar, end + 1);
      end = next < 0 ? end : next;
    }
    return path.substring(0, end);
  }

  private Map<String, String> states(String place) {
    return places.computeIfAbsent(place, this::read);
  }

  private Path file(String place) {
    return folder.resolve(Integer.toHexString(place.hashCode()));
  }

  private Map<String, String> read(String place) {
    Map<String, String> states = new LinkedHashMap<>();
    try {
      Optional<byte[]> bytes = Sealed.open(Files.readAllBytes(file(place)));
      String[] texts = new String(bytes.orElse(new byte[0]), StandardCharsets.UTF_8).split(END);
      // Two places may have the same hash.
      if (texts.length > 1 && texts[0].equals(FORM) && texts[1].equals(place)) {
        for (int i = 2; i + 1 < texts.length; i += 2) {
          states.put(texts[i], texts[i + 1]);
        }
      }
    } catch (IOException e) {
      // Missing: what is unknown is hashed again.
    }
    return states;
  }

  /** Writes what was learnt. */
  void save() throws IOException {
    for (String place : changed) {
      CacheFiles.replace(file(place), print(place, states(place)));
    }
    changed.clear();
  }

  private static byte[] print(String place, Map<String, String> states) {
    StringBuilder text = new StringBuilder(FORM).append(END).append(place).append(END);
    int tooMany = states.size() - MAX_ENTRIES;
    for (Map.Entry<String, String> state : states.entrySet()) {
      if (--tooMany < 0) {
        text.append(state.getKey()).append(END).append(state.getValue()).append(END);
      }
    }
    return Sealed.seal(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
