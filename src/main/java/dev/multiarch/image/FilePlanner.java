package dev.multiarch.image;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    Path root = set.root();
    FilePatterns patterns = new FilePatterns(set, root);
    FileTree tree = files.tree(root, patterns);
    if (!set.includes().isEmpty() && tree.files().isEmpty() && tree.others().isEmpty()) {
      // As for a Dockerfile's COPY: the image would lack what somebody has asked for.
      mistakes.add(
          "files",
          "nothing in %s is named by the includes %s and left by the excludes, Maven's usual ones"
                  .formatted(set.from(), String.join(", ", set.includes()))
              + " among them; correct the patterns, or leave the files out");
    }
    String to = set.to().replaceAll("/+$", "");
    List<Entry> entries = new ArrayList<>();
    if (!to.isEmpty()) {
      entries.add(Entry.directory(to, set.owner()));
    }
    for (Path folder : tree.folders()) {
      if (!folder.equals(root) && set.includes().isEmpty()) {
        entries.add(Entry.directory(to + "/" + patterns.place(folder), set.owner()));
      }
    }
    for (Path file : tree.files()) {
      entries.add(file(set, files, file, to + "/" + patterns.place(file)));
    }
    for (Path other : tree.others()) {
      if (Files.isSymbolicLink(other)) {
        entries.add(link(set, other, to + "/" + patterns.place(other)));
      } else {
        mistakes.add("files", other + " is neither a file, a folder nor a link");
      }
    }
    return entries;
  }

  /** A link stays a link, as a Dockerfile's COPY leaves it. */
  private static Entry link(FileSet set, Path link, String to) throws IOException {
    String target = Files.readSymbolicLink(link).toString().replace('\\', '/');
    return new Entry(to, new Entry.Link(target), 0777, Entry.EPOCH_PLUS_SECOND, set.owner());
  }
}
