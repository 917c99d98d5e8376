package dev.multiarch.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOverTest {

  private static final Coordinates PROJECT = new Coordinates("com.acme", "orders", "1.0");
  private static final HandOver HAND_OVER = new HandOver("1.0", "abc");

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
  void aTagSaysWhatItIs() {
    assertThat(HAND_OVER.tag(Platform.parse("linux/arm/v6"))).isEqualTo("1.0-linux-arm-v6-abc");
    assertThat(HAND_OVER.tag(Platform.parse("windows/amd64:10.0.17763.1")))
        .isEqualTo("1.0-windows-amd64-10.0.17763.1-abc");
  }

  @Test
  void whateverTheRevisionIsCalledItsTagIsOneAndTellsRevisionsApart() {
    Random random = new Random(4);
    Map<String, HandOver> tags = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      StringBuilder revision = new StringBuilder();
      random.ints(random.nextInt(1, 200), 32, 127).forEach(c -> revision.append((char) c));
      HandOver handOver = new HandOver("1.0", revision.toString());
      String tag = handOver.tag(Platform.parse("linux/amd64"));
      assertThat(tag).matches("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
      assertThat(handOver.tag(Platform.parse("linux/amd64"))).isEqualTo(tag);
      HandOver before = tags.put(tag, handOver);
      assertThat(before).isIn(null, handOver);
    }
    String slash = new HandOver("1.0", "feature/x").tag(Platform.parse("linux/amd64"));
    assertThat(slash)
        .isNotEqualTo(new HandOver("1.0", "feature_x").tag(Platform.parse("linux/amd64")));
  }

  @Test
  void whatTwoJobsLeaveIsFoundByTheThird() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    handOver(pushed, 0);
    handOver(pushed, 1);
    assertThat(select(pushed).stream().map(r -> r.manifest().digest()))
        .containsExactlyElementsOf(pushed.manifests().stream().map(Descriptor::digest).toList());
  }

  @Test
  void aJobThatRunsTwiceWritesNothingTheSecondTime() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    assertThat(writer(pushed, 0).isDone()).isFalse();
    handOver(pushed, 0);
    assertThat(writer(pushed, 0).isDone()).isTrue();
  }

  @Test
  void everyPlatformThatIsMissingIsNamedWithItsTag() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64", "linux/s390x");
    handOver(pushed, 1);
    assertThatThrownBy(() -> select(pushed))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("linux/amd64: there is no tag 1.0-linux-amd64-abc")
        .hasMessageContaining("linux/s390x: there is no tag 1.0-linux-s390x-abc")
        .hasMessageContaining("found linux/arm64");
  }

  @Test
  void aTagThatNamesAnotherPlatformIsRefused() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    handOver(pushed, 0);
    destination.tag(document(pushed, 0), HAND_OVER.tag(Platform.parse("linux/arm64")));
    assertThatThrownBy(() -> select(pushed))
        .hasMessageContaining("linux/arm64: the tag 1.0-linux-arm64-abc names an image of")
        .hasMessageContaining("linux/amd64");
  }

  @Test
  void aTagThatNamesAnIndexIsNeitherTakenNorOverwritten() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    destination.tag(pushed.document(), HAND_OVER.tag(Platform.parse("linux/amd64")));
    assertThatThrownBy(() -> handOver(pushed, 0)).hasMessageContaining("names an index");
    assertThatThrownBy(() -> select(pushed)).hasMessageContaining("names an index");
  }

  @Test
  void platformTagsNameTheChildrenOfTheIndex() throws IOException {
    Index pushed = images.index("linux/amd64", "linux/arm64");
    handOver(pushed, 0);
    handOver(pushed, 1);
    TagWriter tags = new TagWriter(destination, attempt -> false, false);
    Assembly assembly = new Assembly(destination, tags);
    Optional<PlatformTags> template = Optional.of(PlatformTags.parse("{tag}-{arch}"));
    Assembly.Ready ready =
        assembly.check(
            expectation(pushed), source(), List.of("1.0", "latest"), template, Optional.empty());
    assertThat(assembly.publish(ready))
        .containsExactly("1.0-amd64", "latest-amd64", "1.0-arm64", "latest-arm64", "1.0", "latest");
    assertThat(destination.document("latest-arm64")).contains(document(pushed, 1));

    destination.tag(pushed.document(), "1.0-amd64");
    assertThatThrownBy(
            () ->
                assembly.check(
                    expectation(pushed), source(), List.of("1.0"), template, Optional.empty()))
        .hasMessageContaining("1.0-amd64")
        .hasMessageContaining("names an index");
  }

  /** The last one would have it, as in the scripts that this replaces. */
  @Test
  void twoPlatformsNeverGetOneTag() throws IOException {
    Index pushed = images.index("linux/arm/v6", "linux/arm/v7");
    handOver(pushed, 0);
    handOver(pushed, 1);
    Assembly assembly =
        new Assembly(destination, new TagWriter(destination, attempt -> false, false));
    Optional<PlatformTags> template = Optional.of(PlatformTags.parse("{tag}-{arch}"));
    assertThatThrownBy(
            () ->
                assembly.check(
                    expectation(pushed), source(), List.of("1.0"), template, Optional.empty()))
        .hasMessageContaining("the tag 1.0-arm would be that of linux/arm");
    assertThat(destination.document("1.0-arm")).isEmpty();
  }

  @Test
  void aTemplateThatGivesOneTagToSeveralIsRefused() {
    assertThatThrownBy(() -> PlatformTags.parse("{tag}-{os}")).hasMessageContaining("{arch}");
    assertThatThrownBy(() -> PlatformTags.parse("{arch}")).hasMessageContaining("{tag}");
    assertThatThrownBy(() -> PlatformTags.parse("{tag}-{arch}-{cpu}"))
        .hasMessageContaining("{cpu}");
    assertThat(
            PlatformTags.parse("{tag}_{os}.{arch}{variant}").tag("1", Platform.parse("linux/arm")))
        .isEqualTo("1_linux.arm-v7");
  }

  private Source source() {
    return new HandOverSource(destination, HAND_OVER, parallel);
  }

  private List<DigestRecord> select(Index pushed) throws IOException {
    return source().select(expectation(pushed));
  }

  private static Expectation expectation(Index pushed) {
    return new Expectation(
        "image", PROJECT, "acme/orders", pushed.platforms(), Optional.of("abc"), Set.of());
  }

  private dev.multiarch.oci.Document document(Index pushed, int child) throws IOException {
    return destination.document(pushed.manifests().get(child).digest().toString()).orElseThrow();
  }

  private void handOver(Index pushed, int child) throws IOException {
    writer(pushed, child).write();
  }

  private HandOverWriter writer(Index pushed, int child) throws IOException {
    Descriptor manifest = pushed.manifests().get(child);
    List<DigestRecord> records = new ArrayList<>();
    records.add(
        new DigestRecord(
            "image",
            "acme/orders",
            manifest.platform().orElseThrow(),
            document(pushed, child).descriptor(),
            Optional.empty(),
            Optional.empty(),
            PROJECT,
            Optional.of("abc"),
            pushed.platforms()));
    TagWriter tags = new TagWriter(destination, attempt -> false, false);
    return HandOverWriter.of(tags, records, "1.0");
  }
}
