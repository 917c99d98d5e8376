package dev.multiarch.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblyTest {

  private static final Coordinates PROJECT = new Coordinates("com.acme", "orders", "1.0");

  @TempDir Path folder;
  private final Parallel parallel = new Parallel(2);
  private LayoutStore destination;
  private RandomImages images;

  @BeforeEach
  void open() {
    destination = new LayoutStore(folder);
    images = new RandomImages(8, destination);
  }

  @AfterEach
  void close() {
    parallel.close();
  }

  @Test
  void everyTagNamesTheIndexOfTheChildren() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    List<String> written = publish(pushed, List.of("1.0", "latest"), false);

    assertThat(written).containsExactly("1.0", "latest");
    assertThat(destination.document("1.0")).contains(pushed.document());
    assertThat(destination.document("latest")).contains(pushed.document());
    assertThat(publish(pushed, List.of("1.0", "latest"), false)).isEmpty();
  }

  @Test
  void aChildThatIsMissingMovesNoTag() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    Files.delete(destination.blobs().path(pushed.manifests().get(1).digest()));
    assertThatThrownBy(() -> publish(pushed, List.of("1.0"), false))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("linux/arm64");
    assertThat(destination.entries()).isEmpty();
  }

  @Test
  void aTagIsNotTakenFromASinglePlatformImageUnlessAllowed() throws IOException {
    var single = images.manifest("linux/amd64", List.of());
    destination.tag(single.document(), "1.0");
    Index pushed = images.index("linux/amd64", "linux/arm64");
    assertThatThrownBy(() -> publish(pushed, List.of("new", "1.0"), false))
        .hasMessageContaining("single platform")
        .hasMessageContaining("1.0");
    assertThat(destination.resolve("new")).isEmpty();
    assertThat(publish(pushed, List.of("1.0"), true)).containsExactly("1.0");
  }

  @Test
  void aTagDoesNotLoseAPlatformUnlessAllowed() throws IOException {
    destination.tag(images.index("linux/amd64", "linux/arm64", "linux/s390x").document(), "latest");
    Index pushed = images.index("linux/amd64", "linux/arm64");
    assertThatThrownBy(() -> publish(pushed, List.of("latest"), false))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("also has linux/s390x");
    assertThat(publish(pushed, List.of("latest"), true)).hasSize(1);
  }

  @Test
  void aTagThatIsReadBackAsSomethingElseIsAFailure() throws IOException {
    Index pushed = images.index("linux/amd64");
    Index other = images.index("linux/amd64");
    List<Integer> attempts = new ArrayList<>();
    TagWriter writer =
        new TagWriter(
            new LaggingStore(destination, other, "none"),
            attempt -> {
              attempts.add(attempt);
              return attempt < 3;
            },
            true);
    assertThatThrownBy(() -> writer.write(pushed, java.util.Map.of("1.0", Optional.empty())))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining(other.document().digest().toString());
    assertThat(attempts).containsExactly(1, 2, 3);
  }

  @Test
  void everyTagIsReadBackAndNotTheFirstAlone() throws IOException {
    Index pushed = images.index("linux/amd64");
    Index other = images.index("linux/amd64");
    LaggingStore store = new LaggingStore(destination, other, "1.0");
    TagWriter writer = new TagWriter(store, attempt -> false, true);
    java.util.Map<String, Optional<Descriptor>> tags = new java.util.LinkedHashMap<>();
    tags.put("1.0", Optional.empty());
    tags.put("latest", Optional.empty());
    assertThatThrownBy(() -> writer.write(pushed, tags)).hasMessageContaining(":latest");
  }

  @Test
  void platformsOfTwoFamiliesAreNotMixed() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    List<DigestRecord> records = new ArrayList<>(records(pushed));
    DigestRecord first = records.get(0);
    records.set(
        0,
        record(
            first.platform(),
            first.manifest().withMediaType(MediaType.DOCKER_MANIFEST),
            first.expected()));
    assertThatThrownBy(() -> publish(records, pushed.platforms(), List.of("1.0"), false))
        .hasMessageContaining("Docker");
  }

  private List<String> publish(Index pushed, List<String> tags, boolean replace)
      throws IOException {
    return publish(records(pushed), pushed.platforms(), tags, replace);
  }

  private List<String> publish(
      List<DigestRecord> records, List<Platform> platforms, List<String> tags, boolean replace)
      throws IOException {
    Expectation expectation =
        new Expectation(
            "image", PROJECT, "registry.example.com/orders", platforms, Optional.empty(), Set.of());
    Assembly assembly =
        new Assembly(destination, new TagWriter(destination, attempt -> false, replace));
    Source source = new RecordSource("test", records, new ChildCheck(destination, parallel));
    return assembly.publish(
        assembly.check(expectation, source, tags, Optional.empty(), Optional.empty()));
  }

  private static List<DigestRecord> records(Index index) {
    return index.manifests().stream()
        .map(
            manifest ->
                record(
                    manifest.platform().orElseThrow(),
                    Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size()),
                    index.platforms()))
        .toList();
  }

  private static DigestRecord record(
      Platform platform, Descriptor manifest, List<Platform> expected) {
    return new DigestRecord(
        "image",
        "registry.example.com/orders",
        platform,
        manifest,
        Optional.empty(),
        Optional.empty(),
        PROJECT,
        Optional.empty(),
        expected);
  }
}
