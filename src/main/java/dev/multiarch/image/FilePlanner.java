package dev.multiarch.image;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.plexus.util.AbstractScanner;
import org.codehaus.plexus.util.MatchPatterns;

/** Turns file sets into entries. */
final class FilePlanner {

  private FilePlanner() {}

  /**
   * 755 for what its owner may execute, else 644: what survives every umask. Windows has no such
   * bit: there, such files are given a mode in the configuration.
   */
  static int mode(Path file, SeenFiles files) throws IOException {
    return files.isExecutable(file) ? Entry.EXECUTABLE_MODE : Entry.FILE_MODE;
  }

  /**
   * @param files looks at the files of the set, unless the build has done so already
   */
  static List<Entry> plan(FileSet set, SeenFiles files, Mistakes mistakes) throws IOException {
    if (!Files.exists(set.from())) {
      mistakes.add("files", set.from() + " does not exist");
      return List.of();
    }
    if (!set.to().startsWith("/")) {
      mistakes.add("files", "'" + set.to() + "' is not an absolute path in the image");
      return List.of();
    }
    try {
      return Files.isDirectory(set.from())
          ? folder(set, files, mistakes)
          : List.of(single(set, files));
    } catch (IllegalArgumentException e) {
      mistakes.add("files", e.getMessage());
      return List.of();
    }
  }

  private static Entry single(FileSet set, SeenFiles files) throws IOException {
    String to = set.to().endsWith("/") ? set.to() + set.from().getFileName() : set.to();
    return file(set, files, set.from(), to);
  }

  private static Entry file(FileSet set, SeenFiles files, Path source, String to)
      throws IOException {
    return new Entry(
        to,
        new Entry.File(source),
        set.mode().isPresent() ? set.mode().get() : mode(source, files),
        Entry.EPOCH_PLUS_SECOND,
        set.owner());
  }

  private static List<Entry> folder(FileSet set, SeenFiles files, Mistakes mistakes)
      throws IOException {
    Path root = Files.isSymbolicLink(set.from()) ? set.from().toRealPath() : set.from();
    FileTree tree = files.tree(root);
    Patterns patterns = new Patterns(set, root);
    String to = set.to().replaceAll("/+$", "");
    List<Entry> entries = new ArrayList<>();
    if (!to.isEmpty()) {
      entries.add(Entry.directory(to, set.owner()));
    }
    Set<Path> taken = new HashSet<>();
    for (Path folder : tree.folders()) {
      boolean isRoot = folder.equals(root);
      if (isRoot || taken.contains(folder.getParent()) && !patterns.excludesAllOf(folder)) {
        taken.add(folder);
        if (!isRoot && set.includes().isEmpty()) {
          entries.add(Entry.directory(to + "/" + patterns.place(folder), set.owner()));
        }
      }
    }
    for (Path file : tree.files()) {
      if (taken.contains(file.getParent()) && patterns.take(file)) {
        entries.add(file(set, files, file, to + "/" + patterns.place(file)));
      }
    }
    for (Path other : tree.others()) {
      if (taken.contains(other.getParent()) && patterns.take(other)) {
        if (Files.isSymbolicLink(other)) {
          entries.add(link(set, other, to + "/" + patterns.place(other)));
        } else {
          mistakes.add("files", other + " is neither a file, a folder nor a link");
        }
      }
    }
    return entries;
  }

  /** A link stays a link, as a Dockerfile's COPY leaves it. */
  private static Entry link(FileSet set, Path link, String to) throws IOException {
    String target = Files.readSymbolicLink(link).toString().replace('\\', '/');
    return new Entry(to, new Entry.Link(target), 0777, Entry.EPOCH_PLUS_SECOND, set.owner());
  }

  /** Includes and excludes as every Maven plugin reads them, with its usual excludes. */
  private static final class Patterns {

    private final Path root;
    private final MatchPatterns includes;
    private final MatchPatterns excludes;

    Patterns(FileSet set, Path root) {
      this.root = root;
      this.includes = patterns(set.includes().isEmpty() ? List.of("**") : set.includes());
      List<String> all = new ArrayList<>(set.excludes());
      all.addAll(List.of(AbstractScanner.DEFAULTEXCLUDES));
      this.excludes = patterns(all);
    }

    private static MatchPatterns patterns(List<String> patterns) {
      return MatchPatterns.from(
          patterns.stream()
              .map(pattern -> pattern.replace('/', File.separatorChar))
              .map(pattern -> pattern.endsWith(java.io.File.separator) ? pattern + "**" : pattern)
              .toArray(String[]::new));
    }

    /** Where a file goes within the folder in the image. */
    String place(Path file) {
      return name(file).replace('\\', '/');
    }

    boolean take(Path file) {
      return includes.matches(name(file), true) && !excludes.matches(name(file), true);
    }

    boolean excludesAllOf(Path folder) {
      return excludes.matches(name(folder) + java.io.File.separator + "x", true)
          && excludes.matches(name(folder), true);
    }

    private String name(Path file) {
      return root.relativize(file).toString();
    }
  }
}
