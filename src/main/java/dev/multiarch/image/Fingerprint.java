package dev.multiarch.image;

import dev.multiarch.layer.FileStates;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says in one digest what an image follows from, without reading its files: the spec, the state of
 * every file that it may take, and the programs that make it. With an equal one the image is equal
 * too, but for a base whose tag moved.
 */
public final class Fingerprint {

  private final FileStates states;
  private final String text;

  private Fingerprint(FileStates states, String text) {
    this.states = states;
    this.text = text;
  }

  /**
   * Looks at the files as they are now.
   *
   * @param more what else it follows from: records, texts, lists of them
   * @param programs the jars that make the image
   * @param states gets the files, and tells what they are
   * @return empty if nothing can be concluded: the base is another module's
   */
  public static Optional<Fingerprint> of(
      ImageSpec spec, List<?> more, Collection<Path> programs, FileStates states)
      throws IOException {
    if (spec.from() instanceof Base.Sibling || programs.isEmpty()) {
      return Optional.empty();
    }
    for (Path program : programs) {
      addIfThere(states, program);
    }
    if (spec.from() instanceof Base.Layout layout) {
      addIfThere(states, layout.folder().resolve("index.json"));
    }
    if (spec.application().isPresent()) {
      addIfThere(states, spec.application().get().classes());
      for (Application.Dependency dependency : spec.application().get().dependencies()) {
        addIfThere(states, dependency.file());
      }
    }
    for (FileSet set : spec.files()) {
      if (Files.isDirectory(set.from())) {
        Path root = set.root();
        states.add(root, new FilePatterns(set, root));
      } else {
        addIfThere(states, set.from());
      }
    }
    StringBuilder text = new StringBuilder();
    append(text, spec);
    append(text, more);
    return Optional.of(new Fingerprint(states, text.toString()));
  }

  /**
   * The digest. Files that were touched are read for it, if nobody has done so by then.
   *
   * @param since from when on a file counts as touched; see {@link FileStates#digest}
   * @return empty if nothing can be concluded: there is a link among the classes, or a file has
   *     changed since it was looked at
   */
  public Optional<Digest> digest(Instant since) {
    Optional<Digest> files = states.digest(since);
    return files.isEmpty() ? files : Optional.of(Digest.of(files.get() + "\n" + text));
  }

  private static void addIfThere(FileStates states, Path file) throws IOException {
    if (Files.exists(file)) {
      states.add(file);
    }
  }

  /**
   * Writes a value so that no other one is written alike: {@code toString} has one text for a list
   * of two words and for one word with a comma in it.
   */
  private static void append(StringBuilder out, @Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      append(out, optional.isPresent() ? List.of(optional.get()) : List.of());
    } else if (value instanceof Map<?, ?> map) {
      List<Object> entries = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        entries.add(List.of(entry.getKey(), entry.getValue()));
      }
      append(out, entries);
    } else if (value instanceof Set<?> set) {
      // A set has another order in every process.
      Set<String> sorted = new TreeSet<>();
      for (Object one : set) {
        sorted.add(written(one));
      }
      append(out, List.copyOf(sorted));
    } else if (value instanceof List<?> list) {
      out.append('[').append(list.size()).append(' ');
      for (Object one : list) {
        append(out, one);
      }
    } else if (value instanceof Record parts) {
      out.append(parts.getClass().getSimpleName());
      List<Object> values = new ArrayList<>();
      for (RecordComponent component : parts.getClass().getRecordComponents()) {
        values.add(component(component, parts));
      }
      append(out, values);
    } else if (value instanceof Instant time) {
      append(out, List.of(time.getEpochSecond(), time.getNano()));
    } else {
      String text = String.valueOf(value);
      out.append(text.length()).append(' ').append(text);
    }
  }

  private static String written(Object value) {
    StringBuilder text = new StringBuilder();
    append(text, value);
    return text.toString();
  }

  private static Object component(RecordComponent component, Record parts) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(parts);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
