package dev.multiarch.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.layer.FileStates;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

  @TempDir Path folder;
  private Path program;

  @BeforeEach
  void makeProgram() throws IOException {
    program = Files.writeString(folder.resolve("plugin.jar"), "program");
  }

  @Test
  void equalSpecsHaveEqualFingerprints() throws IOException {
    assertThat(of(List.of("a", "b"), Map.of("x", "y"))).isPresent();
    assertThat(of(List.of("a", "b"), Map.of("x", "y")))
        .isEqualTo(of(List.of("a", "b"), Map.of("x", "y")));
  }

  @Test
  void whatPrintsAlikeIsNotTheSame() throws IOException {
    assertThat(of(List.of("a, b"), Map.of())).isNotEqualTo(of(List.of("a", "b"), Map.of()));
    assertThat(of(List.of(), Map.of("a", "b, c=d")))
        .isNotEqualTo(of(List.of(), new java.util.TreeMap<>(Map.of("a", "b", "c", "d"))));
  }

  @Test
  void anotherProgramGivesAnother() throws IOException {
    Optional<Digest> before = of(List.of(), Map.of());
    Files.writeString(program, "another program");
    assertThat(of(List.of(), Map.of())).isPresent().isNotEqualTo(before);
  }

  /** What is built lies in the checkout, too, and changes in each build. */
  @Test
  void whatASetLeavesOutDoesNotCount() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    for (String name : List.of("LICENSE", "conf/app.yaml", "target/made.jar", ".git/index")) {
      Files.createDirectories(tree.resolve(name).getParent());
      Files.writeString(tree.resolve(name), "one");
    }
    FileSet chosen = set(tree, List.of("LICENSE", "conf/**"), List.of());
    FileSet rest = set(tree, List.of(), List.of("target/"));
    Optional<Digest> before = ofFiles(List.of(chosen, rest));
    assertThat(before).isPresent();
    Files.writeString(tree.resolve("target/made.jar"), "another");
    Files.createDirectories(tree.resolve("target/new"));
    Files.writeString(tree.resolve(".git/index"), "another");
    assertThat(ofFiles(List.of(chosen, rest))).isEqualTo(before);

    Files.writeString(tree.resolve("conf/app.yaml"), "another");
    Optional<Digest> changed = ofFiles(List.of(chosen, rest));
    assertThat(changed).isPresent().isNotEqualTo(before);
    Files.writeString(tree.resolve("other"), "which only the second set takes");
    assertThat(ofFiles(List.of(chosen, rest))).isPresent().isNotEqualTo(changed);
  }

  @Test
  void aLinkOfASetIsWhatItSays() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("nowhere"));
    List<FileSet> sets = List.of(set(tree, List.of(), List.of()));
    Optional<Digest> before = ofFiles(sets);
    assertThat(before).isPresent().isEqualTo(ofFiles(sets));
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("elsewhere"));
    assertThat(ofFiles(sets)).isPresent().isNotEqualTo(before);
  }

  @Test
  void aLinkThatChangesMeanwhileAllowsNoConclusion() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Path link = Files.createSymbolicLink(tree.resolve("link"), Path.of("nowhere"));
    Fingerprint print = print(List.of(), Map.of(), List.of(set(tree, List.of(), List.of())));
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("elsewhere"));
    assertThat(print.digest(Instant.EPOCH)).isEmpty();
  }

  @Test
  void aFolderBehindALinkIsSeen() throws IOException {
    Path one = Files.createDirectories(folder.resolve("one"));
    Path two = Files.createDirectories(folder.resolve("two"));
    Path link = Files.createSymbolicLink(folder.resolve("latest"), one);
    List<FileSet> sets = List.of(set(link, List.of(), List.of()));
    Optional<Digest> before = ofFiles(sets);
    Files.writeString(one.resolve("file"), "one");
    Optional<Digest> after = ofFiles(sets);
    assertThat(before).isPresent().isNotEqualTo(after);
    Files.writeString(two.resolve("file"), "one");
    Files.delete(link);
    Files.createSymbolicLink(link, two);
    assertThat(ofFiles(sets)).isPresent().isNotEqualTo(after);
  }

  private static FileSet set(Path from, List<String> includes, List<String> excludes) {
    return new FileSet(from, "/data", Optional.empty(), Owner.ROOT, includes, excludes, Set.of());
  }

  private Optional<Digest> ofFiles(List<FileSet> files) throws IOException {
    return print(List.of(), Map.of(), files).digest(Instant.EPOCH);
  }

  private Optional<Digest> of(List<String> args, Map<String, String> environment)
      throws IOException {
    return print(args, environment, List.of()).digest(Instant.EPOCH);
  }

  private Fingerprint print(List<String> args, Map<String, String> environment, List<FileSet> files)
      throws IOException {
    List<Platform> platforms = List.of(Platform.parse("linux/amd64"));
    ImageSpec spec =
        new ImageSpec(
            new Base.Scratch(),
            platforms,
            platforms,
            Optional.empty(),
            files,
            new ContainerSettings(
                Optional.empty(),
                Optional.of(args),
                environment,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of(),
                Optional.empty()),
            Format.OCI,
            Instant.EPOCH);
    return Fingerprint.of(spec, List.of(), List.of(program), new FileStates(new SeenFiles()))
        .orElseThrow();
  }
}
