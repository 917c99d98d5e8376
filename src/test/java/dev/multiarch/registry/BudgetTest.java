package dev.multiarch.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.registry.Flow.Images;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How many requests each flow may make; 401s and token requests are not counted. The image has two
 * platforms (k), four blobs (m): a shared layer, an own one, and two configs; one tag (t).
 */
class BudgetTest {

  @TempDir Path folder;
  private final FakeRegistry registry = FakeRegistry.start();
  private Images images;

  @BeforeEach
  void makeImages() throws IOException {
    images = Images.in(folder.resolve("images"));
    registry.requireTokens().user("user", "secret");
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Registries open() {
    return new Registries(
        RegistryOptions.defaults()
            .withCredentials(TestCredentials.always(Credential.basic("user", "secret"))),
        new TestTime());
  }

  private Map<Kind, Integer> count(Flow flow) throws IOException {
    return count(flow, 4);
  }

  private Map<Kind, Integer> count(Flow flow, int width) throws IOException {
    flow.prepare(registry, images);
    try (Registries registries = open();
        Parallel parallel = new Parallel(width)) {
      flow.run(registries, registry, images, folder.resolve("work"), parallel);
    }
    flow.check(registry, images, folder.resolve("work"));
    Map<Kind, Integer> counts = registry.exchanges().counts();
    counts.remove(Kind.TOKEN);
    registry.exchanges().where(e -> e.status() == 401).forEach(e -> less(counts, e.kind()));
    return counts;
  }

  private static void less(Map<Kind, Integer> counts, Kind kind) {
    counts.merge(kind, -1, (a, b) -> a + b == 0 ? null : a + b);
  }

  @Test
  void aBaseTakesOneHeadAndOneGetPerDocumentAndBlob() throws IOException {
    assertThat(count(Flow.BASE_PULL))
        .isEqualTo(Map.of(Kind.MANIFEST_HEAD, 1, Kind.MANIFEST_GET, 3, Kind.BLOB_GET, 4));
  }

  @Test
  void anUnchangedBaseTakesOneHead() throws IOException {
    count(Flow.BASE_PULL);
    registry.exchanges().clear();
    try (Registries registries = open()) {
      registries.repository(registry.host(), "base").resolve("1");
    }
    assertThat(registry.exchanges().countForBudget()).isEqualTo(1);
  }

  /** 2m + k, one to learn that no probe is needed, and for the tag its HEAD, PUT and read-back. */
  @Test
  void aFirstPushTakesTwoRequestsPerBlobAndOnePerPlatform() throws IOException {
    assertThat(count(Flow.FIRST_PUSH))
        .isEqualTo(
            Map.of(
                Kind.UPLOAD_POST, 4 + 1,
                Kind.UPLOAD_PUT, 4,
                Kind.MANIFEST_PUT, 2 + 1,
                Kind.MANIFEST_HEAD, 1,
                Kind.MANIFEST_GET, 1));
  }

  /**
   * The layer that is there costs one. One after the other, since it is chance else which blob is
   * first: by a layer that is there nothing is paid to learn that no probe is needed.
   */
  @Test
  void aSecondPushSendsOnlyWhatChanged() throws IOException {
    assertThat(count(Flow.SECOND_PUSH, 1))
        .isEqualTo(
            Map.of(
                Kind.UPLOAD_POST, 4 + 1,
                Kind.UPLOAD_PUT, 3,
                Kind.MANIFEST_PUT, 2 + 1,
                Kind.MANIFEST_HEAD, 1,
                Kind.MANIFEST_GET, 1));
  }

  /** The old image takes 1 + k, which says as well what the tag named; the rest is new. */
  @Test
  void whatTheOldImageHasIsNotAskedFor() throws IOException {
    assertThat(count(Flow.REPLACEMENT))
        .isEqualTo(
            Map.of(
                Kind.MANIFEST_GET, 1 + 2 + 1,
                Kind.UPLOAD_POST, 3,
                Kind.UPLOAD_PUT, 3,
                Kind.MANIFEST_PUT, 2 + 1,
                Kind.MANIFEST_HEAD, 1));
  }

  /** 2m + b + k: one for the layer that the sister has. */
  @Test
  void aBlobOfASisterTakesOneRequest() throws IOException {
    assertThat(count(Flow.MOUNT))
        .isEqualTo(
            Map.of(
                Kind.UPLOAD_POST, 4 + 1,
                Kind.UPLOAD_PUT, 3,
                Kind.MANIFEST_PUT, 2 + 1,
                Kind.MANIFEST_HEAD, 1,
                Kind.MANIFEST_GET, 1));
  }

  /** 3m + k, and one to learn that; the upload that it opened is cancelled. */
  @Test
  void whereMountsDoNotTellThatIsLearntOnce() throws IOException {
    registry.options().mountsOfSelf(false);
    assertThat(count(Flow.FIRST_PUSH))
        .isEqualTo(
            Map.of(
                Kind.BLOB_HEAD, 4 - 1,
                Kind.UPLOAD_POST, 4 + 1,
                Kind.UPLOAD_DELETE, 1,
                Kind.UPLOAD_PUT, 4,
                Kind.MANIFEST_PUT, 2 + 1,
                Kind.MANIFEST_HEAD, 1,
                Kind.MANIFEST_GET, 1));
    assertThat(registry.openUploads()).isZero();
  }

  /** 3t + 2k: a child's manifest and config; what a tag named before, its PUT and read-back. */
  @Test
  void assemblingTakesTwoRequestsPerChildAndThreePerTag() throws IOException {
    assertThat(count(Flow.ASSEMBLE))
        .isEqualTo(
            Map.of(
                Kind.MANIFEST_GET, 2 + 1 + 1,
                Kind.BLOB_GET, 2,
                Kind.MANIFEST_PUT, 1));
  }

  /** Per layer of 2000 bytes three chunks and the end; below the threshold one piece. */
  @Test
  void chunksTakeOneRequestEach() throws IOException {
    registry.options().locationQuery(true);
    try (Registries registries =
            new Registries(
                Flow.CHUNKED_UPLOAD
                    .tuned(RegistryOptions.defaults())
                    .withCredentials(TestCredentials.always(Credential.basic("user", "secret"))),
                new TestTime());
        Parallel parallel = new Parallel(4)) {
      Flow.CHUNKED_UPLOAD.run(registries, registry, images, folder, parallel);
    }
    assertThat(registry.exchanges().count(Kind.UPLOAD_PATCH)).isEqualTo(3);
    assertThat(registry.exchanges().count(Kind.UPLOAD_PUT)).isEqualTo(4);
    assertThat(registry.exchanges().count(Kind.UPLOAD_GET)).isZero();
  }

  @Test
  void whatThisProcessPutOrSawIsNotAskedForAgain() throws IOException {
    try (Registries registries = open();
        Parallel parallel = new Parallel(4)) {
      Flow.FIRST_PUSH.run(registries, registry, images, folder, parallel);
      registry.exchanges().clear();
      Store again = registries.repository(registry.host(), "app");
      Document index = images.current().document();
      assertThat(again.holds(index.descriptor())).isTrue();
      for (Descriptor child : images.current().manifests()) {
        again.resolve(child.digest().toString());
        again.put(again.document(child.digest().toString()).orElseThrow());
      }
      assertThat(registry.exchanges().all()).isEmpty();
      again.tag(index, "2");
      assertThat(registry.exchanges().countForBudget()).isEqualTo(1);
    }
  }

  /** Kept alive, and no more of them than requests at a time. */
  @Test
  void aPushTakesAsManyConnectionsAsThreads() throws IOException {
    count(Flow.FIRST_PUSH);
    assertThat(registry.connections()).isLessThanOrEqualTo(4);
  }
}
