package dev.multiarch.image;

import com.google.cloud.tools.jib.api.MainClassFinder;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.multiarch.layer.FileDigests;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Finds the classes of a program that it may start with. */
final class MainClasses {

  private static final String QUESTION = "mainClass";

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
   * one; if they are as they were, also what it finds is.
   *
   * @param digests gets the digests of the classes that are read
   * @return gives their names, or fails if they cannot be read
   */
  static Parallel.Begun<List<String>> search(
      Path classes, Memo memo, FileDigests digests, Parallel parallel) throws IOException {
    // In a first build the layers will say what the digests are.
    Reader reader = memo.isEmpty() ? Files::readAllBytes : digests::read;
    List<Path> files = classFiles(classes);
    int half = files.size() / 2;
    var lower = parallel.begin(() -> candidates(files.subList(0, half), reader));
    var upper = parallel.begin(() -> candidates(files.subList(half, files.size()), reader));
    return () -> {
      List<Candidate> candidates = new ArrayList<>(lower.get());
      candidates.addAll(upper.get());
      return among(candidates, memo);
    };
  }

  /** How the bytes of a class are come by. */
  @FunctionalInterface
  private interface Reader {
    byte[] read(Path file) throws IOException;
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

  private static List<String> among(List<Candidate> candidates, Memo memo) throws IOException {
    Digest from = digest(candidates);
    Optional<JsonElement> known = memo.find(QUESTION, from);
    if (known.isPresent() && known.get() instanceof JsonPrimitive mainClass) {
      return List.of(mainClass.getAsString());
    }
    List<Path> files = new ArrayList<>();
    for (Candidate one : candidates) {
      files.add(one.file);
    }
    List<String> found = find(files);
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

  /** All but META-INF/versions, which holds other editions of classes that stand outside it. */
  private static List<Path> classFiles(Path classes) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        classes,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            String name = file.toString();
            if (name.endsWith(".class") && !name.contains("META-INF")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(files);
    return files;
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
