package dev.multiarch.image;

import dev.multiarch.layer.FileStates;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says in one digest what an image follows from, without reading its files: the spec, the state of
 * every file that it may take, and the programs that make it. With an equal one the image is equal
 * too, but for a base whose tag moved.
 */
public final class Fingerprint {

  private Fingerprint() {}

  /**
   * @param programs the jars that make the image
   * @param states gets the files, and tells what they are
   * @return empty if nothing can be concluded: there is a link among the files, or the base is
   *     another module's
   */
  public static Optional<Digest> of(ImageSpec spec, Collection<Path> programs, FileStates states)
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
    StringBuilder text = new StringBuilder();
    if (spec.application().isPresent()) {
      addIfThere(states, spec.application().get().classes());
      for (Application.Dependency dependency : spec.application().get().dependencies()) {
        addIfThere(states, dependency.file());
      }
    }
    for (FileSet set : spec.files()) {
      addIfThere(states, set.from());
      // A set has another order in every process.
      text.append(new TreeSet<>(set.platforms())).append(withoutPlatforms(set)).append('\n');
    }
    text.append(withoutFiles(spec));
    return states.digest().map(files -> Digest.of(files + "\n" + text));
  }

  private static void addIfThere(FileStates states, Path file) throws IOException {
    if (Files.exists(file)) {
      states.add(file);
    }
  }

  private static FileSet withoutPlatforms(FileSet set) {
    return new FileSet(
        set.from(), set.to(), set.mode(), set.owner(), set.includes(), set.excludes(), Set.of());
  }

  private static ImageSpec withoutFiles(ImageSpec spec) {
    return new ImageSpec(
        spec.from(),
        spec.platforms(),
        spec.selected(),
        spec.application(),
        List.of(),
        spec.container(),
        spec.format(),
        spec.created());
  }
}
