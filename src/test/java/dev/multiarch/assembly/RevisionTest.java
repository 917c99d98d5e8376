package dev.multiarch.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What git says of a work tree, with names that are not plain English. */
class RevisionTest {

  @TempDir Path folder;
  private Path tree;

  @BeforeEach
  void commit() throws Exception {
    // What the locale cannot say is no name of a file for the JVM either.
    String name = System.getProperty("sun.jnu.encoding").startsWith("UTF") ? "jürgen" : "juergen";
    tree = Files.createDirectory(folder.resolve(name));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.writeString(tree.resolve(".gitignore"), "ignored\n");
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "-q", "-m", "first");
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", tree.toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private Optional<String> revision() {
    return new Revision(tree, List.of(tree.resolve("target")), Map.of()).find();
  }

  private void write(String name, String content) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void aCleanTreeIsItsCommit() throws Exception {
    write("target/made.jar", "built");
    write("ignored", "by git");
    assertThat(revision()).hasValueSatisfying(text -> assertThat(text).matches("[0-9a-f]{40}"));
  }

  @Test
  void whatIsChangedOrNewMakesAnother() throws Exception {
    Optional<String> clean = revision();
    write("pom.xml", "<project></project>");
    Optional<String> changed = revision();
    write("src/new file.txt", "one");
    Optional<String> more = revision();
    assertThat(changed.orElseThrow()).startsWith(clean.orElseThrow() + "-dirty-");
    assertThat(more.orElseThrow()).startsWith(clean.orElseThrow() + "-dirty-");
    assertThat(more).isNotEqualTo(changed);
  }

  @Test
  void theContentOfANewFileCountsWhateverItsName() throws Exception {
    String name =
        System.getProperty("sun.jnu.encoding").startsWith("UTF") ? "größe.txt" : "groesse.txt";
    write(name, "one");
    Optional<String> one = revision();
    write(name, "two");
    assertThat(one).isPresent();
    assertThat(revision()).isPresent().isNotEqualTo(one);
  }

  @Test
  void aFolderWithoutGitHasNone() throws IOException {
    tree = Files.createDirectory(folder.resolve("plain"));
    assertThat(revision()).isEmpty();
  }
}
