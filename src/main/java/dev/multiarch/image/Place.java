package dev.multiarch.image;

import dev.multiarch.image.Application.Dependency;
import dev.multiarch.image.Application.Kind;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a file or folder of a program lies in its image. It is where jib puts it (its {@code
 * JavaContainerBuilder}), so that an image looks as Java images do.
 *
 * @param layer the name of its layer
 * @param path in the image
 * @param source on this machine
 * @param isFolder whether it is one, or a link to one
 */
record Place(String layer, String path, Path source, boolean isFolder) {

  static final String CLASSES = "classes";
  static final String RESOURCES = "resources";

  private static final String LIBRARIES = "libs";
  private static final String CLASS = ".class";
  private static final String JAR = ".jar";

  /**
   * Where everything lies, layer by layer, those seldom changed first.
   *
   * @param files looks at the program's files
   * @throws IOException if they cannot be looked at
   */
  static List<Place> of(Application application, SeenFiles files) throws IOException {
    List<Place> places = new ArrayList<>();
    String root = root(application);
    Set<String> ambiguous = ambiguousNames(application.dependencies());
    for (Kind kind : Kind.values()) {
      for (Dependency dependency : application.dependencies()) {
        if (dependency.kind() == kind) {
          Path jar = dependency.file();
          String path = root + "/" + LIBRARIES + "/" + name(jar, ambiguous);
          places.add(new Place(layer(kind), path, jar, false));
        }
      }
    }
    Path classes = application.classes();
    FileTree tree = files.tree(classes);
    // In the order of the paths, as jib has them.
    SortedMap<Path, Boolean> isFolder = new TreeMap<>();
    for (Path folder : tree.folders()) {
      isFolder.put(folder, true);
    }
    isFolder.remove(classes);
    for (Path file : tree.files()) {
      isFolder.put(file, false);
    }
    for (Path other : tree.others()) {
      isFolder.put(other, Files.isDirectory(other));
    }
    for (String layer : List.of(RESOURCES, CLASSES)) {
      for (Map.Entry<Path, Boolean> one : isFolder.entrySet()) {
        Path source = one.getKey();
        boolean folder = one.getValue();
        if (folder || source.toString().endsWith(CLASS) == layer.equals(CLASSES)) {
          String path = root + "/" + layer + inside(classes, source);
          places.add(new Place(layer, path, source, folder));
        }
      }
    }
    return places;
  }

  /** Where the program lies in the image, without a slash at its end, or two in a row. */
  static String root(Application application) {
    StringBuilder path = new StringBuilder();
    for (String name : application.appRoot().split("/")) {
      if (!name.isEmpty()) {
        path.append('/').append(name);
      }
    }
    return path.toString();
  }

  private static String inside(Path folder, Path file) {
    StringBuilder path = new StringBuilder();
    for (Path name : folder.relativize(file)) {
      path.append('/').append(name);
    }
    return path.toString();
  }

  private static String layer(Kind kind) {
    return switch (kind) {
      case RELEASE -> "dependencies";
      case SNAPSHOT -> "snapshot dependencies";
      case PROJECT -> "project dependencies";
    };
  }

  /** The names that several jars have, of whatever kinds. */
  private static Set<String> ambiguousNames(List<Dependency> dependencies) {
    Set<String> names = new HashSet<>();
    Set<String> ambiguous = new HashSet<>();
    for (Dependency dependency : dependencies) {
      String name = dependency.file().getFileName().toString();
      if (!names.add(name)) {
        ambiguous.add(name);
      }
    }
    return ambiguous;
  }

  /** Jars of one name are told apart by their sizes. */
  private static String name(Path jar, Set<String> ambiguous) throws IOException {
    String name = jar.getFileName().toString();
    if (!ambiguous.contains(name)) {
      return name;
    }
    String stem =
        name.endsWith(JAR)
            ? name.substring(0, name.length() - JAR.length()) + "-" + Files.size(jar)
            : name;
    return stem + JAR;
  }
}
