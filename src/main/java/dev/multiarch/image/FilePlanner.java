package dev.multiarch.image;

import dev.multiarch.layer.Entry;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.plexus.util.AbstractScanner;
import org.codehaus.plexus.util.MatchPatterns;

/** Turns file sets into entries. */
final class FilePlanner {

  private FilePlanner() {}

  /** 755 for what its owner may execute, else 644: what survives every umask. */
  static int mode(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE)
          ? Entry.EXECUTABLE_MODE
          : Entry.FILE_MODE;
    } catch (UnsupportedOperationException e) {
      // Windows has no such bit: give such files a mode in the configuration.
      return Entry.FILE_MODE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Entry> plan(FileSet set, Mistakes mistakes) throws IOException {
    if (!Files.exists(set.from())) {
      mistakes.add("files", set.from() + " does not exist");
      return List.of();
    }
    if (!set.to().startsWith("/")) {
      mistakes.add("files", "'" + set.to() + "' is not an absolute path in the image");
      return List.of();
    }
    try {
      return Files.isDirectory(set.from()) ? folder(set, mistakes) : List.of(single(set));
    } catch (IllegalArgumentException e) {
      mistakes.add("files", e.getMessage());
      return List.of();
    }
  }

  private static Entry single(FileSet set) {
    String to = set.to().endsWith("/") ? set.to() + set.from().getFileName() : set.to();
    return file(set, set.from(), to);
  }

  private static Entry file(FileSet set, Path source, String to) {
    return new Entry(
        to,
        new Entry.File(source),
        set.mode().orElseGet(() -> mode(source)),
        Entry.EPOCH_PLUS_SECOND,
        set.owner());
  }

  private static List<Entry> folder(FileSet set, Mistakes mistakes) throws IOException {
    Patterns patterns = new Patterns(set);
    String to = set.to().replaceAll("/+$", "");
    List<Entry> entries = new ArrayList<>();
    if (!to.isEmpty()) {
      entries.add(Entry.directory(to, set.owner()));
    }
    Files.walkFileTree(
        set.from(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (patterns.excludesAllOf(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            if (!folder.equals(set.from()) && set.includes().isEmpty()) {
              entries.add(Entry.directory(place(folder), set.owner()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!patterns.take(file)) {
              return FileVisitResult.CONTINUE;
            }
            if (attributes.isSymbolicLink()) {
              entries.add(link(set, file, place(file)));
            } else if (attributes.isRegularFile()) {
              entries.add(file(set, file, place(file)));
            } else {
              mistakes.add("files", file + " is neither a file, a folder nor a link");
            }
            return FileVisitResult.CONTINUE;
          }

          private String place(Path file) {
            return to + "/" + patterns.name(file).replace('\\', '/');
          }
        });
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

    Patterns(FileSet set) {
      this.root = set.from();
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

    String name(Path file) {
      return root.relativize(file).toString();
    }

    boolean take(Path file) {
      return includes.matches(name(file), true) && !excludes.matches(name(file), true);
    }

    boolean excludesAllOf(Path folder) {
      return !folder.equals(root)
          && excludes.matches(name(folder) + java.io.File.separator + "x", true)
          && excludes.matches(name(folder), true);
    }
  }
}
