package dev.multiarch.registry;

import static dev.multiarch.registry.RegistryFiles.blob;
import static dev.multiarch.registry.RegistryFiles.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.assembly.TagWriter;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.MediaType;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.Transfer;
import dev.multiarch.testing.At;
import dev.multiarch.testing.FakeRegistry;
import dev.multiarch.testing.Fault;
import dev.multiarch.testing.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a manifest that is there saves the one that follows it, and what its word is worth. */
@Timeout(30)
class ReplacementTest {

  private static final byte[] CONFIG = "{}".getBytes(UTF_8);
  private static final byte[] LAYER = bytes(1000);
  private static final byte[] LARGE = bytes(100_000);

  private final FakeRegistry registry = FakeRegistry.start();
  private final TestTime time = new TestTime();
  private final Registries registries = new Registries(RegistryOptions.defaults(), time);
  private final Store app = registries.repository(registry.host(), "app");

  @AfterEach
  void close() {
    registries.close();
    registry.close();
  }

  private static Document manifest(String note, byte[]... layers) {
    List<Descriptor> descriptors =
        List.of(layers).stream().map(bytes -> descriptor(Format.OCI.layer(), bytes)).toList();
    return Manifest.create(
            Format.OCI, descriptor(Format.OCI.config(), CONFIG), descriptors, Map.of("a", note))
        .document();
  }

  private static Descriptor descriptor(String mediaType, byte[] bytes) {
    return Descriptor.of(mediaType, Digest.of(bytes), bytes.length);
  }

  /** Puts an image into the registry behind its back, and reads it. */
  private void readOld(byte[]... layers) throws IOException {
    registry.putBlob("app", CONFIG);
    for (byte[] layer : layers) {
      registry.putBlob("app", layer);
    }
    Document old = manifest("old", layers);
    registry.putManifest("app", old.mediaType(), old.bytes());
    app.document(old.digest().toString());
    registry.exchanges().clear();
  }

  private List<Transfer> putAll(byte[]... contents) throws IOException {
    try (Parallel parallel = new Parallel(4)) {
      return parallel.map(List.of(contents), content -> app.put(blob(content)));
    }
  }

  @Test
  void whatItHasIsNotAskedFor() throws IOException {
    readOld(LAYER, LARGE);
    assertThat(putAll(CONFIG, LAYER, LARGE)).containsOnly(Transfer.PRESENT);
    assertThat(registry.exchanges().all()).isEmpty();
    app.put(manifest("new", LARGE, LAYER));
    assertThat(registry.exchanges().counts()).isEqualTo(Map.of(Kind.MANIFEST_PUT, 1));
  }

  @Test
  void aSmallBlobThatItLacksIsSentUnasked() throws IOException {
    readOld(LAYER);
    assertThat(putAll(bytes(7), bytes(8))).containsOnly(Transfer.SENT);
    assertThat(registry.exchanges().counts())
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 2, Kind.UPLOAD_PUT, 2));
  }

  /** Its manifests may still be on their way. */
  @Test
  void asIsOneThatIsSentWhileOnlyItsIndexIsKnown() throws IOException {
    Document index = Index.create(Format.OCI, List.of()).document();
    registry.putManifest("app", index.mediaType(), index.bytes());
    app.document(index.digest().toString());
    registry.exchanges().clear();
    assertThat(putAll(bytes(7))).containsOnly(Transfer.SENT);
    assertThat(registry.exchanges().counts())
        .isEqualTo(Map.of(Kind.UPLOAD_POST, 1, Kind.UPLOAD_PUT, 1));
  }

  @Test
  void aLargeBlobThatItLacksIsAskedForAsEver() throws IOException {
    readOld(LAYER);
    registry.putBlob("app", LARGE);
    assertThat(putAll(LARGE)).containsOnly(Transfer.PRESENT);
    assertThat(registry.exchanges().counts()).isEqualTo(Map.of(Kind.UPLOAD_POST, 1));
  }

  /** The registry refuses the new manifest, and what it lacks is brought there without a wait. */
  @Test
  void aBlobThatSomebodyDeletedBehindItIsSent() throws IOException {
    readOld(LAYER, LARGE);
    putAll(CONFIG, LAYER, LARGE);
    assertThat(registry.delete("app", Digest.of(LARGE).toString())).isTrue();
    Document next = manifest("new", LAYER, LARGE);
    app.put(next);
    assertThat(registry.hasManifest("app", next.digest().toString())).isTrue();
    assertThat(registry.blob("app", Digest.of(LARGE).toString())).contains(LARGE);
    assertThat(registry.exchanges().count(Kind.UPLOAD_PUT)).isEqualTo(1 + 2);
    assertThat(registry.openUploads()).isZero();
    assertThat(time.slept()).isZero();
  }

  /** Some do not say what is wrong with it. */
  @Test
  void aRegistryThatFindsTheManifestInvalidIsTakenAtItsWord() throws IOException {
    readOld(LAYER);
    putAll(CONFIG, LAYER);
    registry.delete("app", Digest.of(LAYER).toString());
    registry.plant(Fault.errors(400, "MANIFEST_INVALID"), At.kind(Kind.MANIFEST_PUT, 1));
    app.put(manifest("new", LAYER));
    assertThat(registry.blob("app", Digest.of(LAYER).toString())).contains(LAYER);
  }

  /** Or its tag would name what is not whole, and nobody would have been told. */
  @Test
  void aManifestThatDidNotChangeIsPutAllTheSame() throws IOException {
    readOld(LAYER);
    putAll(CONFIG, LAYER);
    registry.delete("app", Digest.of(LAYER).toString());
    Document same = manifest("old", LAYER);
    assertThat(app.holds(same.descriptor())).isFalse();
    app.put(same);
    assertThat(registry.blob("app", Digest.of(LAYER).toString())).contains(LAYER);
    assertThat(app.holds(same.descriptor())).isTrue();
  }

  @Test
  void anotherRepositoryMountsWhatWasTakenOnTrust() throws IOException {
    readOld(LARGE);
    putAll(LARGE);
    Store other = registries.repository(registry.host(), "other");
    assertThat(other.put(blob(LARGE))).isEqualTo(Transfer.MOUNTED);
  }

  @Test
  void severalThatLackTheSameBlobSendItOnce() throws IOException {
    readOld(LARGE);
    putAll(CONFIG, LARGE);
    registry.delete("app", Digest.of(LARGE).toString());
    registry.exchanges().clear();
    List<Document> all = List.of(manifest("1", LARGE), manifest("2", LARGE), manifest("3", LARGE));
    try (Parallel parallel = new Parallel(3)) {
      parallel.forEach(all, app::put);
    }
    for (Document one : all) {
      assertThat(registry.hasManifest("app", one.digest().toString())).isTrue();
    }
    for (Kind kind : List.of(Kind.UPLOAD_POST, Kind.UPLOAD_PUT)) {
      assertThat(registry.exchanges().of(kind))
          .filteredOn(one -> one.query().contains(Digest.of(LARGE).hex()))
          .hasSize(1);
    }
  }

  /** Nobody keeps what could be sent of a blob that was never to be put. */
  @Test
  void aBlobThatIsLostAndNotOursStaysAnError() throws IOException {
    readOld(LARGE);
    putAll(CONFIG);
    registry.delete("app", Digest.of(LARGE).toString());
    assertThatThrownBy(() -> app.put(manifest("new", LARGE)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void anotherRefusalIsToldAtOnce() throws IOException {
    readOld(LAYER);
    putAll(CONFIG, LAYER);
    registry.plant(Fault.status(403), At.kind(Kind.MANIFEST_PUT, 1).andEver());
    assertThatThrownBy(() -> app.put(manifest("new", LAYER)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("403");
    assertThat(registry.exchanges().counts()).isEqualTo(Map.of(Kind.MANIFEST_PUT, 1));
  }

  /** It is for the check of what a tag would lose to say, unless that was given up. */
  @Test
  void anOldImageThatCannotBeReadIsStillKnownByItsDigest() throws IOException {
    byte[] odd =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\"}"
            .formatted(MediaType.OCI_MANIFEST)
            .getBytes(UTF_8);
    registry.putTag("app", "1", registry.putManifest("app", MediaType.OCI_INDEX, odd));
    assertThatThrownBy(() -> app.document("1")).isInstanceOf(DamagedContentException.class);
    TagWriter tags = new TagWriter(app, attempt -> false, true);
    assertThat(tags.read(List.of("1")).get("1").orElseThrow().digest()).isEqualTo(Digest.of(odd));
  }

  @Test
  void whatIsNoImageVouchesForNothing() throws IOException {
    Document odd =
        Document.parse(
            MediaType.OCI_MANIFEST, "{\"schemaVersion\":2,\"layers\":7}".getBytes(UTF_8));
    registry.putManifest("app", odd.mediaType(), odd.bytes());
    assertThat(app.document(odd.digest().toString())).isPresent();
    Blob small = blob(bytes(9));
    assertThat(app.put(small)).isEqualTo(Transfer.SENT);
    assertThat(registry.exchanges().count(Kind.UPLOAD_POST)).isEqualTo(1 + 1);
  }
}
