package dev.multiarch.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentTest {

  private static final Descriptor BLOB =
      Descriptor.of(MediaType.OCI_CONFIG, Digest.of("config"), 6);

  @Test
  void bytesAreKeptAsTheyCame() {
    String text = "{ \"schemaVersion\": 2,\n \"config\":" + json(BLOB) + ", \"layers\":[]}";
    Document document = Document.parse(MediaType.OCI_MANIFEST, text.getBytes(UTF_8));
    assertThat(new String(document.bytes(), UTF_8)).isEqualTo(text);
    assertThat(document.digest()).isEqualTo(Digest.of(text));
    assertThat(document.blobs()).containsExactly(BLOB);
  }

  @Test
  void headerAndBodyMustAgreeOnTheMediaType() {
    byte[] bytes = "{\"mediaType\":\"%s\"}".formatted(MediaType.OCI_INDEX).getBytes(UTF_8);
    assertThatThrownBy(() -> Document.parse(MediaType.DOCKER_LIST, bytes))
        .hasMessageContaining(MediaType.DOCKER_LIST)
        .hasMessageContaining(MediaType.OCI_INDEX);
  }

  @Test
  void aDocumentThatReadsAsBothKindsIsRefused() {
    byte[] bytes = "{\"manifests\":[],\"layers\":[],\"config\":{}}".getBytes(UTF_8);
    assertThatThrownBy(() -> Document.parse(MediaType.OCI_MANIFEST, bytes))
        .hasMessageContaining("other kind");
    assertThatThrownBy(() -> Document.parse(MediaType.OCI_INDEX, bytes))
        .hasMessageContaining("other kind");
  }

  @Test
  void equalKeysAndTrailingTextAreRefused() {
    assertThatThrownBy(() -> Document.parse("", "{\"a\":1,\"a\":2}".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Document.parse("", "{} {}".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Document.parse("", "[]".getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknownFieldsOfADescriptorSurvive() {
    Descriptor descriptor =
        Descriptor.parse(
            Json.parseObject(
                ("{\"mediaType\":\"x/y\",\"size\":3,\"digest\":\"%s\",\"urls\":[\"u\"],"
                        + "\"artifactType\":\"t\"}")
                    .formatted(Digest.of("abc"))
                    .getBytes(UTF_8)));
    assertThat(json(descriptor.withPlatform(Platform.parse("linux/arm/v6"))))
        .contains("\"urls\":[\"u\"]")
        .contains("\"artifactType\":\"t\"")
        .contains("{\"architecture\":\"arm\",\"os\":\"linux\",\"variant\":\"v6\"}");
  }

  @Test
  void anIndexFindsTheManifestThatRunsBest() {
    Index index =
        Index.create(
            Format.OCI,
            List.of(
                child("linux/arm/v5"),
                child("linux/arm/v6"),
                child("linux/arm64"),
                BLOB.withPlatform(Platform.of("unknown", "unknown", null))));
    assertThat(index.bestFor(Platform.parse("linux/arm/v7"))).contains(child("linux/arm/v6"));
    assertThat(index.bestFor(Platform.parse("linux/amd64"))).isEmpty();
    assertThat(index.platforms())
        .extracting(Platform::toString)
        .containsExactly("linux/arm/v5", "linux/arm/v6", "linux/arm64");
  }

  @Test
  void dockersManifestsHaveNoAnnotations() {
    Map<String, String> notes = Map.of("a", "b");
    assertThat(Manifest.create(Format.OCI, BLOB, List.of(), notes).annotations()).isEqualTo(notes);
    assertThat(Manifest.create(Format.DOCKER, BLOB, List.of(), notes).annotations()).isEmpty();
  }

  @Test
  void aLayerKeepsItsCompressionInEveryFamily() {
    String docker = MediaType.DOCKER_LAYER;
    String oci = MediaType.OCI_LAYER;
    assertThat(Format.OCI.layerLike(docker + ".gzip")).isEqualTo(oci + "+gzip");
    assertThat(Format.OCI.layerLike(docker)).isEqualTo(oci);
    assertThat(Format.OCI.layerLike(oci + "+zstd")).isEqualTo(oci + "+zstd");
    assertThat(Format.DOCKER.layerLike(oci + "+gzip")).isEqualTo(docker + ".gzip");
    assertThat(Format.DOCKER.layerLike(oci)).isEqualTo(docker);
    assertThatThrownBy(() -> Format.DOCKER.layerLike(oci + "+zstd")).hasMessageContaining("Docker");
  }

  @Test
  void aConfigKeepsWhatIsNotSet() {
    ImageConfig config =
        ImageConfig.parse(
            ("{\"architecture\":\"arm64\",\"variant\":\"v8\",\"os\":\"linux\",\"x\":{\"y\":1},"
                    + "\"config\":{\"StopSignal\":\"SIGINT\",\"Shell\":[\"a\"],\"OnBuild\":[\"b\"]},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}")
                .getBytes(UTF_8));
    ImageConfig changed =
        config
            .withPlatform(Platform.parse("linux/arm64"))
            .withCreated(Instant.EPOCH)
            .withLayer(Digest.of("layer"), Instant.EPOCH, "by", "what");
    assertThat(changed.toString())
        .contains("\"variant\":\"v8\"")
        .contains("\"x\":{\"y\":1}")
        .contains("\"StopSignal\":\"SIGINT\",\"Shell\":[\"a\"],\"OnBuild\":[\"b\"]")
        .contains("\"created\":\"1970-01-01T00:00:00Z\"");
    assertThat(changed.diffIds()).containsExactly(Digest.of("layer"));
    assertThat(config.diffIds()).isEmpty();
  }

  @Test
  void aMissingHistoryIsFilledBeforeLayersAreAdded() {
    ImageConfig config =
        ImageConfig.parse(
            "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
                .formatted(Digest.of("base"))
                .getBytes(UTF_8));
    assertThat(
            config
                .withCompleteHistory(Instant.EPOCH)
                .withLayer(Digest.of("own"), Instant.EPOCH, "by", "own")
                .layerComments())
        .containsExactly("of the base", "own");
  }

  @Test
  void whatMadeALayerIsReadOnlyWhereNothingElseIsSaidOfIt() {
    ImageConfig config =
        ImageConfig.parse(
            "{\"history\":[{\"comment\":\"x\",\"created_by\":5},{\"created_by\":\"y\"},{}]}"
                .getBytes(UTF_8));
    assertThat(config.layerComments()).containsExactly("x", "y", "");
  }

  @Test
  void aDigestIsCheckedWhenItIsRead() {
    assertThat(Digest.parse(Digest.of("").toString())).isEqualTo(Digest.of(""));
    for (String wrong :
        List.of(
            "sha256:12",
            "md5:d41d8cd98f00b204e9800998ecf8427e",
            "abc",
            "sha256:" + "A".repeat(64))) {
      assertThatThrownBy(() -> Digest.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static Descriptor child(String platform) {
    return Descriptor.of(MediaType.OCI_MANIFEST, Digest.of(platform), 1)
        .withPlatform(Platform.parse(platform));
  }

  private static String json(Descriptor descriptor) {
    return new String(Json.compact(descriptor.json()), UTF_8);
  }
}
