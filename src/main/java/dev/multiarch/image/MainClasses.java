package dev.multiarch.image;

import com.google.cloud.tools.jib.api.MainClassFinder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the classes of a program that it may start with. */
final class MainClasses {

  private static final String QUESTION = "mainClass";

  /** Followed by the name of a group's first file. */
  private static final String CANDIDATES = "mayHaveMain ";

  /** How many classes are read when one has changed: a few cost less than to note each one. */
  private static final int GROUP = 8;

  /** Tag, length and bytes of a CONSTANT_Utf8 (JVM specification 4.4.7). */
  private static final String MAIN = "\1\0\4main";

  private MainClasses() {}

  /**
   * A class that may have a main method.
   *
   * @param digest of its bytes
   */
  private record Candidate(Path file, Digest digest) {}

  /**
   * Begins to look for the classes with a main method. jib finds them among those few that may have
   * one; if they are as they were, also what it finds is. And a group of classes that are as they
   * were has the same few.
   *
   * @param seen looks at the classes, and gets the digests of those that are read
   * @return gives their names, or fails if they cannot be read
   */
  static Parallel.Begun<List<String>> search(
      Path classes, Memo memo, SeenFiles seen, Parallel parallel) throws IOException {
    FileTree tree = seen.tree(classes);
    // In a first build the layers will say what the digests are.
    boolean hashed = !memo.isEmpty();
    Reader reader = file -> seen.read(file, hashed);
    List<List<Path>> groups = groups(classFiles(tree, classes), classes);
    List<Parallel.Begun<List<Candidate>>> halves = new ArrayList<>();
    int half = groups.size() / 2;
    for (var some : List.of(groups.subList(0, half), groups.subList(half, groups.size()))) {
      halves.add(parallel.begin(() -> candidates(some, tree, memo, reader)));
    }
    return () -> {
      List<Candidate> candidates = new ArrayList<>();
      for (var some : halves) {
        candidates.addAll(some.get());
      }
      // In an order that stays when the groups become others.
      candidates.sort(Comparator.comparing(Candidate::file));
      return among(candidates, memo, seen);
    };
  }

  /** How the bytes of a class are come by. */
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private static List<Candidate> candidates(
      List<List<Path>> groups, FileTree tree, Memo memo, Reader reader) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (List<Path> files : groups) {
      // Any of them would do: no other group has it.
      String question = CANDIDATES + files.get(0);
      Optional<Digest> state = tree.state(files);
      Optional<JsonElement> known =
          state.isEmpty() ? Optional.empty() : memo.find(question, state.get());
      if (known.isPresent() && known.get() instanceof JsonObject there) {
        candidates.addAll(parse(there, files));
      } else {
        List<Candidate> read = candidates(files, reader);
        if (state.isPresent()) {
          memo.put(question, state.get(), print(read, files));
        }
        candidates.addAll(read);
      }
    }
    return candidates;
  }

  private static List<Candidate> candidates(List<Path> files, Reader reader) throws IOException {
    List<Candidate> candidates = new ArrayList<>();
    for (Path file : files) {
      byte[] bytes = reader.read(file);
      if (mayHaveMain(bytes)) {
        candidates.add(new Candidate(file, Digest.of(bytes)));
      }
    }
    return candidates;
  }

  /** The candidates' digests by their places in the list: a name need not be sayable. */
  private static JsonObject print(List<Candidate> candidates, List<Path> files) {
    JsonObject digests = new JsonObject();
    for (Candidate one : candidates) {
      digests.addProperty(Integer.toString(files.indexOf(one.file)), one.digest.toString());
    }
    return digests;
  }

  private static List<Candidate> parse(JsonObject digests, List<Path> files) {
    List<Candidate> candidates = new ArrayList<>();
    for (var one : digests.entrySet()) {
      Path file = files.get(Integer.parseInt(one.getKey()));
      candidates.add(new Candidate(file, Digest.parse(one.getValue().getAsString())));
    }
    return candidates;
  }

  private static List<String> among(List<Candidate> candidates, Memo memo, SeenFiles seen)
      throws IOException {
    Digest from = digest(candidates);
    Optional<JsonElement> known = memo.find(QUESTION, from);
    if (known.isPresent() && known.get() instanceof JsonPrimitive mainClass) {
      return List.of(mainClass.getAsString());
    }
    List<Path> files = new ArrayList<>();
    for (Candidate one : candidates) {
      files.add(one.file);
    }
    List<String> found;
    try {
      found = find(files);
    } finally {
      // What jib says counts for nothing if a class is being written: it passes over what it cannot
      // read.
      for (Path file : files) {
        seen.requireStill(file);
      }
    }
    // A class may have been written while jib was looking.
    if (found.size() == 1 && digest(candidates(files, Files::readAllBytes)).equals(from)) {
      memo.put(QUESTION, from, new JsonPrimitive(found.get(0)));
    }
    return found;
  }

  private static Digest digest(List<Candidate> candidates) {
    MessageDigest hash = Digest.sha256();
    for (Candidate one : candidates) {
      hash.update((one.file + " " + one.digest + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return Digest.of(hash);
  }

  /**
   * The classes of a folder, in the order of their paths; without META-INF, which holds other
   * editions of them (META-INF/versions).
   *
   * @param tree the folder as it was looked at
   * @param root its path
   */
  static List<Path> classFiles(FileTree tree, Path root) {
    int prefix = root.toString().length();
    List<Path> files = new ArrayList<>();
    for (Collection<Path> some : List.of(tree.files(), tree.others())) {
      for (Path file : some) {
        String name = file.toString();
        if (name.endsWith(".class") && !name.startsWith("META-INF", prefix + 1)) {
          files.add(file);
        }
      }
    }
    Collections.sort(files);
    return files;
  }

  /**
   * Groups of {@link #GROUP} files or a few more, by their names only: a file that comes or goes
   * changes one group, or all where their number doubles.
   */
  private static List<List<Path>> groups(List<Path> files, Path root) {
    int most = Math.max(1, Integer.highestOneBit(files.size() / GROUP));
    Map<Integer, List<Path>> groups = new TreeMap<>();
    for (Path file : files) {
      // Not by the whole path: a checkout elsewhere has the same groups.
      int name = file.toString().substring(root.toString().length()).hashCode();
      int group = Math.floorMod(name, most);
      groups.computeIfAbsent(group, number -> new ArrayList<>()).add(file);
    }
    return List.copyOf(groups.values());
  }

  /**
   * Whether a class file has the constant {@code main}, as one must that declares a method of that
   * name. To look for it costs little; jib takes each class apart.
   */
  static boolean mayHaveMain(byte[] bytes) {
    // Maven has called this often enough for the JIT compiler; a loop here would be interpreted.
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(MAIN);
  }

  private static List<String> find(List<Path> candidates) {
    MainClassFinder.Result result = MainClassFinder.find(candidates, event -> {});
    return switch (result.getType()) {
      case MAIN_CLASS_FOUND -> List.of(result.getFoundMainClass());
      case MAIN_CLASS_NOT_FOUND -> List.of();
      case MULTIPLE_MAIN_CLASSES -> List.copyOf(result.getFoundMainClasses());
    };
  }
}
