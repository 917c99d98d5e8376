package dev.multiarch.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a run leaves that only put an image together. */
class AssembledImageTest {

  private static final Platform ARM = Platform.parse("linux/arm64");
  private static final Descriptor MANIFEST =
      Descriptor.of(MediaType.OCI_MANIFEST, Digest.of("manifest"), 8);
  private static final Index INDEX = Index.create(Format.OCI, List.of(MANIFEST.withPlatform(ARM)));
  private static final AssembledImage IMAGE =
      new AssembledImage("registry.example.com/orders", List.of("1.0", "latest"), INDEX);

  @TempDir Path folder;

  @Test
  void itSaysOfAnImageWhatASummaryDoes() throws IOException {
    ImageSummary summary =
        new ImageSummary(
            IMAGE.repository(),
            IMAGE.tags(),
            Optional.of(INDEX.document().descriptor()),
            "1970-01-01T00:00:00Z",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(new ImageSummary.Built(ARM, MANIFEST, 8, 0)),
            true);
    var wanted = summary.toJson();
    wanted.remove("created");
    wanted.addProperty("built", false);
    var platform = wanted.getAsJsonArray("platforms").get(0).getAsJsonObject();
    platform.remove("size");
    platform.remove("baseLayers");

    Workspace workspace = new Workspace(folder, Workspace.DEFAULT_ID);
    workspace.write(IMAGE);
    assertThat(Json.parseObject(Files.readAllBytes(folder.resolve("image.json"))))
        .isEqualTo(wanted);
  }

  @Test
  void itIsNothingThatWasBuilt() throws IOException {
    Workspace workspace = new Workspace(folder, Workspace.DEFAULT_ID);
    workspace.write(IMAGE);
    assertThat(workspace.summary()).isEmpty();
  }
}
