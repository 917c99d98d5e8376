package dev.multiarch.image;

import dev.multiarch.image.Application.Dependency;
import dev.multiarch.layer.Entry;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a Java program into layers: jars by how often they change, then resources, then classes,
 * each in its {@link Place}. The class path names the jars one by one: jib's {@code libs/*} leaves
 * their order to the JVM.
 */
final class ApplicationPlanner {

  /**
   * The content of a program's layers and the command that starts it.
   *
   * @param layers name and entries of each, the seldom changed first
   * @param command program and arguments
   */
  record Planned(List<NamedEntries> layers, List<String> command) {}

  /** A layer's content before directories are added. */
  record NamedEntries(String name, List<Entry> entries) {}

  /** JVM specification 4.2.1, with dots; what a shell or the JVM would take for more is none. */
  private static final String CLASS_NAME = "[\\p{L}_$][\\p{L}\\p{N}_$.-]*";

  private ApplicationPlanner() {}

  /**
   * @param memo what an earlier build found out of it
   * @param files looks at the program's files, and gets the digests of those that are read
   * @param commandNeeded false where the user gave an entrypoint: no main class is looked for then
   */
  static Planned plan(
      Application application,
      Memo memo,
      SeenFiles files,
      boolean commandNeeded,
      Mistakes mistakes,
      Parallel parallel)
      throws IOException {
    if (!application.appRoot().startsWith("/")) {
      mistakes.add(
          "container.appRoot", "'%s' is not an absolute path".formatted(application.appRoot()));
    }
    for (Dependency dependency : application.dependencies()) {
      if (!Files.isRegularFile(dependency.file())) {
        mistakes.add(
            "dependencies",
            dependency.file() + " is not a jar; run the phase package, so that modules are jars");
        return new Planned(List.of(), List.of());
      }
    }
    Optional<Parallel.Begun<List<String>>> search =
        commandNeeded && application.mainClass().isEmpty()
            ? Optional.of(MainClasses.search(application.classes(), memo, files, parallel))
            : Optional.empty();
    List<Place> places = Place.of(application, files);
    List<NamedEntries> layers = layers(places, files);
    if (!commandNeeded) {
      return new Planned(layers, List.of());
    }
    if (application.mainClass().isPresent() && !application.mainClass().get().matches(CLASS_NAME)) {
      mistakes.add(
          "container.mainClass",
          "'%s' is not the name of a class".formatted(application.mainClass().get()));
    }
    Optional<String> mainClass =
        search.isEmpty()
            ? application.mainClass()
            : found(search.get().get(), application.classes(), mistakes);
    List<String> command = new ArrayList<>();
    command.add("java");
    command.addAll(application.jvmFlags());
    command.add("-cp");
    command.add(classPath(application, layers, places));
    if (mainClass.isPresent()) {
      command.add(mainClass.get());
    }
    return new Planned(layers, command);
  }

  /** The layers that have a file. */
  private static List<NamedEntries> layers(List<Place> places, SeenFiles files) throws IOException {
    Map<String, List<Entry>> entries = new LinkedHashMap<>();
    Set<String> withFile = new HashSet<>();
    for (Place place : places) {
      Entry entry = entry(place, files);
      List<Entry> layer = entries.get(place.layer());
      if (layer == null) {
        layer = new ArrayList<>();
        entries.put(place.layer(), layer);
      }
      layer.add(entry);
      if (entry.content() instanceof Entry.File) {
        withFile.add(place.layer());
      }
    }
    List<NamedEntries> layers = new ArrayList<>();
    for (Map.Entry<String, List<Entry>> layer : entries.entrySet()) {
      if (withFile.contains(layer.getKey())) {
        layers.add(new NamedEntries(layer.getKey(), layer.getValue()));
      }
    }
    return layers;
  }

  private static Entry entry(Place place, SeenFiles files) throws IOException {
    Path source = place.source();
    return place.isFolder()
        ? Entry.directory(place.path(), Owner.ROOT)
        : new Entry(
            place.path(),
            new Entry.File(source),
            FilePlanner.mode(source, files),
            Entry.EPOCH_PLUS_SECOND,
            Owner.ROOT);
  }

  /** The program's own content first, then its jars in the project's order. */
  private static String classPath(
      Application application, List<NamedEntries> layers, List<Place> places) {
    Map<Path, String> paths = new HashMap<>();
    for (Place place : places) {
      paths.put(place.source(), place.path());
    }
    List<String> elements = new ArrayList<>();
    for (String own : List.of(Place.RESOURCES, Place.CLASSES)) {
      for (NamedEntries layer : layers) {
        if (layer.name().equals(own)) {
          elements.add(Place.root(application) + "/" + own);
        }
      }
    }
    for (Dependency dependency : application.dependencies()) {
      elements.add(paths.get(dependency.file()));
    }
    return String.join(":", elements);
  }

  private static Optional<String> found(List<String> mainClasses, Path classes, Mistakes mistakes) {
    if (mainClasses.size() == 1) {
      return Optional.of(mainClasses.get(0));
    }
    mistakes.add(
        "container.mainClass",
        mainClasses.isEmpty()
            ? "no class in "
                + classes
                + " has a main method; name it, or set skip if this module is a library"
            : "several classes have a main method, name one: " + String.join(", ", mainClasses));
    return Optional.empty();
  }
}
