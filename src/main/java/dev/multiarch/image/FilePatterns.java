package dev.multiarch.image;

import dev.multiarch.layer.FileTree;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.plexus.util.AbstractScanner;
import org.codehaus.plexus.util.MatchPatterns;

/** Includes and excludes as every Maven plugin reads them, with its usual excludes. */
final class FilePatterns implements FileTree.Choice {

  private final Path root;
  private final List<List<String>> patterns;
  private final MatchPatterns includes;
  private final MatchPatterns excludes;

  /**
   * @param root the folder within which they are meant
   */
  FilePatterns(FileSet set, Path root) {
    this.root = root;
    this.patterns = List.of(set.includes(), set.excludes());
    this.includes = patterns(set.includes().isEmpty() ? List.of("**") : set.includes());
    List<String> all = new ArrayList<>(set.excludes());
    all.addAll(List.of(AbstractScanner.DEFAULTEXCLUDES));
    this.excludes = patterns(all);
  }

  private static MatchPatterns patterns(List<String> patterns) {
    return MatchPatterns.from(
        patterns.stream()
            .map(pattern -> pattern.replace('/', File.separatorChar))
            .map(pattern -> pattern.endsWith(File.separator) ? pattern + "**" : pattern)
            .toArray(String[]::new));
  }

  /** Where a file goes within the folder in the image. */
  String place(Path file) {
    return name(file).replace('\\', '/');
  }

  @Override
  public boolean takes(Path path) {
    return includes.matches(name(path), true) && !excludes.matches(name(path), true);
  }

  @Override
  public boolean enters(Path folder) {
    return includes.matchesPatternStart(name(folder), true) && !excludesAllOf(folder);
  }

  private boolean excludesAllOf(Path folder) {
    return excludes.matches(name(folder) + File.separator + "x", true)
        && excludes.matches(name(folder), true);
  }

  private String name(Path file) {
    return root.relativize(file).toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FilePatterns those
        && root.equals(those.root)
        && patterns.equals(those.patterns);
  }

  @Override
  public int hashCode() {
    return patterns.hashCode();
  }
}
