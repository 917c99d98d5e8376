package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a folder's files an image gets, and where. */
class FilePlannerTest {

  @TempDir Path folder;
  private Path tree;
  private final Mistakes mistakes = new Mistakes();

  @BeforeEach
  void files() throws IOException {
    tree = folder.resolve("tree");
    for (String name : List.of("keep.txt", "drop.bak", ".git/config", "sub/keep.txt")) {
      Files.createDirectories(tree.resolve(name).getParent());
      Files.writeString(tree.resolve(name), name);
    }
    Files.createDirectories(tree.resolve("empty/within"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("sub/keep.txt"));
  }

  private List<Entry> plan(Path from, List<String> includes, List<String> excludes)
      throws IOException {
    FileSet set =
        new FileSet(from, "/data", Optional.empty(), new Owner(7, 8), includes, excludes, Set.of());
    return FilePlanner.plan(set, new SeenFiles(), mistakes);
  }

  private static List<String> paths(List<Entry> entries) {
    List<String> paths = new ArrayList<>();
    for (Entry entry : entries) {
      paths.add(entry.path());
    }
    return paths;
  }

  @Test
  void aFolderIsTakenByPatternsAndLinksStayLinks() throws IOException {
    List<Entry> entries = plan(tree, List.of(), List.of("**/*.bak"));
    assertThat(paths(entries))
        .containsExactlyInAnyOrder(
            "/data",
            "/data/keep.txt",
            "/data/link",
            "/data/sub",
            "/data/sub/keep.txt",
            "/data/empty",
            "/data/empty/within");
    assertThat(entries).allMatch(entry -> entry.owner().equals(new Owner(7, 8)));
    assertThat(entries).anyMatch(e -> e.content().equals(new Entry.Link("sub/keep.txt")));
  }

  @Test
  void nothingOfAnExcludedFolderIsTaken() throws IOException {
    assertThat(paths(plan(tree, List.of(), List.of("empty/**", "sub/"))))
        .containsExactlyInAnyOrder("/data", "/data/drop.bak", "/data/keep.txt", "/data/link");
  }

  /** Who asks for some files does not ask for the folders of others. */
  @Test
  void withIncludesFoldersAreNotTakenForThemselves() throws IOException {
    assertThat(paths(plan(tree, List.of("**/*.txt"), List.of())))
        .containsExactlyInAnyOrder("/data", "/data/keep.txt", "/data/sub/keep.txt");
  }

  @Test
  void includesThatNameNothingAreAMistake() throws IOException {
    plan(tree, List.of("**/*.text", "kept/**"), List.of());
    assertThatThrownBy(mistakes::throwIfAny)
        .hasMessageContaining(
            "files: nothing in " + tree + " is named by the includes **/*.text, kept/** and left");
  }

  @Test
  void includesOfWhichTheExcludesLeaveNothingAreAMistake() throws IOException {
    plan(tree, List.of("*.bak"), List.of("drop.*"));
    assertThatThrownBy(mistakes::throwIfAny)
        .hasMessageContaining("includes *.bak and left by the excludes");
  }

  @Test
  void anEmptyFolderIsNoMistakeWhereEverythingIsMeant() throws IOException {
    assertThat(paths(plan(tree.resolve("empty/within"), List.of(), List.of())))
        .containsExactly("/data");
    mistakes.throwIfAny();
  }

  @Test
  void aLinkToAFolderIsAsGoodAsTheFolder() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("latest"), Path.of("tree"));
    assertThat(paths(plan(link, List.of("**/*.txt"), List.of())))
        .containsExactlyInAnyOrder("/data", "/data/keep.txt", "/data/sub/keep.txt");
    assertThat(mistakes.isEmpty()).isTrue();
  }

  @Test
  void whatAnOwnerMayExecuteIsExecutableForAll() throws IOException {
    assertThat(tree.resolve("keep.txt").toFile().setExecutable(true, true)).isTrue();
    List<Entry> entries = plan(tree, List.of("*.txt", "*.bak"), List.of());
    assertThat(entries)
        .filteredOn(entry -> entry.content() instanceof Entry.File)
        .extracting(Entry::path, Entry::mode)
        .containsExactlyInAnyOrder(
            tuple("/data/keep.txt", Entry.EXECUTABLE_MODE),
            tuple("/data/drop.bak", Entry.FILE_MODE));
  }
}
