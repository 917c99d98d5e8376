package dev.multiarch.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The word that a build leaves for the next one. */
class BuildStampTest {

  private static final Digest INPUTS = Digest.of("inputs");
  private static final Instant BEGIN = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final ImageSummary SUMMARY =
      new ImageSummary(
          "registry.example.com/orders",
          List.of("1.0"),
          Optional.empty(),
          "1970-01-01T00:00:00Z",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          false);

  @TempDir Path folder;
  private Workspace workspace;
  private Index index;

  @BeforeEach
  void build() throws IOException {
    workspace = new Workspace(folder, Workspace.DEFAULT_ID);
    index = Index.create(Format.OCI, List.of());
    workspace.layout().tag(index.document(), "1.0");
    workspace.write(SUMMARY);
    BuildStamp.leave(workspace, INPUTS, BEGIN, SUMMARY, index.document());
  }

  @Test
  void whatIsLeftIsFound() {
    BuildStamp found = BuildStamp.find(workspace).orElseThrow();

    assertThat(found.inputs()).isEqualTo(INPUTS);
    assertThat(found.begin()).isEqualTo(BEGIN);
    assertThat(found.summary()).isEqualTo(SUMMARY);
    assertThat(found.contents()).containsExactly(index.document().descriptor());
  }

  @Test
  void publishingIsNoChange() throws IOException {
    workspace.write(SUMMARY.asPublished(SUMMARY.tags()));

    assertThat(BuildStamp.find(workspace)).isPresent();
  }

  @Test
  void aWordOfFilesThatAreGoneOrOthersIsNotBelieved() throws IOException {
    Files.writeString(workspace.layout().indexFile(), "{}");

    assertThat(BuildStamp.find(workspace)).isEmpty();
  }

  @Test
  void aWordOfABlobThatIsGoneIsNotBelieved() throws IOException {
    Files.delete(workspace.layout().blobs().path(index.document().digest()));

    assertThat(BuildStamp.find(workspace)).isEmpty();
  }

  @Test
  void aDamagedWordIsNone() throws IOException {
    Files.writeString(workspace.stampFile(), "{\"inputs\":");

    assertThat(BuildStamp.find(workspace)).isEmpty();
  }

  /** Nothing could be compared with it. */
  @Test
  void aWordThatDoesNotSayWhenTheBuildBeganIsNone() throws IOException {
    String text = Files.readString(workspace.stampFile());
    Files.writeString(workspace.stampFile(), text.replace("begin", "began"));

    assertThat(BuildStamp.find(workspace)).isEmpty();
  }

  @Test
  void aForgottenWordIsNone() throws IOException {
    BuildStamp.forget(workspace);

    assertThat(BuildStamp.isLeft(workspace)).isFalse();
    assertThat(BuildStamp.find(workspace)).isEmpty();
  }
}
