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
  void beginTree() throws Exception {
    // What the locale cannot say is no name of a file for the JVM either.
    String name = System.getProperty("sun.jnu.encoding").startsWith("UTF") ? "jürgen" : "juergen";
    tree = Files.createDirectory(folder.resolve(name));
    Files.writeString(tree.resolve("pom.xml"), "<project/>");
    Files.writeString(tree.resolve(".gitignore"), "ignored\n");
    git("init", "-q");
    git("add", "-A");
    commit();
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git", "-C", tree.toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private Optional<String> revision() {
    return new Revision(tree, () -> List.of(tree.resolve("target")), Map.of()).find();
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
  void whatATreeHoldsCountsAndNotHowItCameThere() throws Exception {
    write("pom.xml", "<project></project>");
    Optional<String> changed = revision();
    git("add", "-A");
    assertThat(revision()).isEqualTo(changed);
    write("pom.xml", "<project> </project>");
    assertThat(revision()).isPresent().isNotEqualTo(changed);
  }

  @Test
  void aMovedFileIsAnotherThanADeletedOne() throws Exception {
    Files.delete(tree.resolve("pom.xml"));
    Optional<String> deleted = revision();
    write("moved.xml", "<project/>");
    Optional<String> moved = revision();
    git("add", "-A");
    assertThat(deleted.orElseThrow()).contains("-dirty-");
    assertThat(moved).isPresent().isNotEqualTo(deleted);
    // Git knows now that it is the same file, under another name.
    assertThat(revision().orElseThrow()).contains("-dirty-");
  }

  @Test
  void aFolderOfTheTreeIsOfTheWholeTree() throws Exception {
    write("module/new.txt", "one");
    write("other/new.txt", "two");
    Optional<String> whole = revision();
    assertThat(new Revision(tree.resolve("module"), () -> List.of(), Map.of()).find())
        .isEqualTo(whole);
    write("other/new.txt", "2");
    assertThat(new Revision(tree.resolve("module"), () -> List.of(), Map.of()).find())
        .isPresent()
        .isNotEqualTo(whole);
  }

  @Test
  void aLinkIsWhatItSays() throws Exception {
    Files.createSymbolicLink(tree.resolve("link"), Path.of("nowhere"));
    Optional<String> one = revision();
    Files.delete(tree.resolve("link"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("elsewhere"));
    assertThat(one).isPresent();
    assertThat(revision()).isPresent().isNotEqualTo(one);
  }

  @Test
  void theCommitOfASubmoduleCounts() throws Exception {
    Path sub = Files.createDirectory(tree.resolve("sub"));
    Path outer = tree;
    tree = sub;
    git("init", "-q");
    commit();
    tree = outer;
    git("-c", "advice.addEmbeddedRepo=false", "add", "sub");
    commit();
    Optional<String> clean = revision();
    tree = sub;
    commit();
    tree = outer;
    Optional<String> one = revision();
    tree = sub;
    commit();
    tree = outer;
    assertThat(clean.orElseThrow()).doesNotContain("dirty");
    assertThat(one.orElseThrow()).startsWith(clean.orElseThrow() + "-dirty-");
    assertThat(revision()).isPresent().isNotEqualTo(one);
  }

  private void commit() throws Exception {
    git(
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@localhost",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "next");
  }

  @Test
  void aMergeThatIsNotDoneHasARevision() throws Exception {
    git("checkout", "-q", "-b", "theirs");
    write("pom.xml", "<theirs/>");
    git("add", "-A");
    commit();
    git("checkout", "-q", "-b", "ours", "HEAD~1");
    write("pom.xml", "<ours/>");
    git("add", "-A");
    commit();
    Process merge =
        new ProcessBuilder(
                "git",
                "-C",
                tree.toString(),
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@localhost",
                "merge",
                "-q",
                "theirs")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(merge.waitFor()).isNotZero();
    assertThat(revision().orElseThrow()).contains("-dirty-");
  }

  @Test
  void whatIsNewInASubmoduleOnlyIsNotOurs() throws Exception {
    Path outer = tree;
    tree = Files.createDirectory(outer.resolve("sub"));
    git("init", "-q");
    commit();
    tree = outer;
    git("add", "sub");
    commit();
    Optional<String> clean = revision();
    write("sub/target/made.jar", "built");
    assertThat(revision()).isEqualTo(clean);
    git("rm", "-q", "--cached", "sub");
    assertThat(revision().orElseThrow()).contains("-dirty-");
  }

  @Test
  void whatWasStagedAndTakenBackIsNoChange() throws Exception {
    Optional<String> clean = revision();
    write("pom.xml", "<other/>");
    write("new.txt", "new");
    git("add", "-A");
    write("pom.xml", "<project/>");
    Files.delete(tree.resolve("new.txt"));
    assertThat(revision()).isEqualTo(clean);
  }

  @Test
  void whatASparseCheckoutLeavesOutIsAsItIsInTheIndex() throws Exception {
    write("a/file", "1");
    write("b/file", "1");
    git("add", "-A");
    commit();
    write("b/file", "2");
    git("add", "-A");
    commit();
    git("sparse-checkout", "set", "a");
    git("reset", "-q", "--soft", "HEAD~1");
    assertThat(revision().orElseThrow()).contains("-dirty-");
  }

  @Test
  void aTreeIsFoundBehindALink() throws Exception {
    write("module/pom.xml", "<project/>");
    Path link = Files.createSymbolicLink(folder.resolve("link"), tree.resolve("module"));
    assertThat(new Revision(link, () -> List.of(), Map.of()).find())
        .isPresent()
        .isEqualTo(revision());
  }

  @Test
  void whatIsBuiltMayLieBehindALink() throws Exception {
    Optional<String> clean = revision();
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Files.createSymbolicLink(tree.resolve("target"), disk);
    Files.writeString(disk.resolve("made.jar"), "built");
    assertThat(revision()).isEqualTo(clean);
  }

  @Test
  void aWorkTreeOfAnotherRepositoryHasOne() throws Exception {
    Path other = folder.resolve("other");
    git("worktree", "add", "-q", other.toString());
    assertThat(new Revision(other, () -> List.of(), Map.of()).find())
        .isPresent()
        .isEqualTo(revision());
  }

  @Test
  void aTreeWithoutACommitHasNone() throws Exception {
    tree = Files.createDirectory(folder.resolve("new"));
    git("init", "-q");
    write("pom.xml", "<project/>");
    assertThat(revision()).isEmpty();
  }

  @Test
  void aFolderWithoutGitHasNone() throws IOException {
    tree = Files.createDirectory(folder.resolve("plain"));
    assertThat(revision()).isEmpty();
  }
}
