package dev.multiarch.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.MediaType;
import dev.multiarch.testing.RandomImages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutStoreTest {

  @TempDir Path folder;
  private LayoutStore store;
  private RandomImages images;

  @BeforeEach
  void open() {
    store = new LayoutStore(folder.resolve("layout"));
    images = new RandomImages(1, store);
  }

  @Test
  void aTagNamesWhatItWasGivenLast() throws IOException {
    Index first = images.index("linux/amd64");
    Index second = images.index("linux/arm64");
    store.tag(first.document(), "1.0");
    store.tag(second.document(), "1.0");
    store.tag(first.document(), "old");

    assertThat(store.document("1.0")).contains(second.document());
    assertThat(store.document("old")).contains(first.document());
    assertThat(store.resolve("2.0")).isEmpty();
    assertThat(store.entries()).hasSize(2);
  }

  @Test
  void theFilesAreThoseOfTheSpec() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    store.tag(index.document(), "1.0");

    assertThat(store.root().resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(Files.readString(store.root().resolve("index.json")))
        .isEqualTo(
            ("{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%1$s\","
                    + "\"size\":%d,\"digest\":\"%s\","
                    + "\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}}]}")
                .formatted(
                    MediaType.OCI_INDEX,
                    index.document().descriptor().size(),
                    index.document().digest()));
    assertThat(store.root().resolve("blobs/sha256/" + index.document().digest().hex())).exists();
  }

  private static final int LARGE = 2 << 20;

  private static boolean isHashedAgain(LayoutStore store, Descriptor blob) throws IOException {
    try (InputStream in = store.blob(blob).open()) {
      return in instanceof VerifyingStream;
    }
  }

  @Test
  void aLargeBlobThatThisProcessHasHashedIsNotHashedAgain() throws IOException {
    Descriptor blob = images.blob(Format.OCI.layer(), LARGE);
    LayoutStore other = new LayoutStore(folder.resolve("other"));
    assertThat(other.put(store.blob(blob))).isEqualTo(Transfer.MOUNTED);
    assertThat(isHashedAgain(store, blob)).isFalse();
    assertThat(isHashedAgain(other, blob)).isFalse();
  }

  @Test
  void whatWasChangedSinceIsFoundOut() throws IOException {
    Descriptor blob = images.blob(Format.OCI.layer(), LARGE);
    Path file = store.blobs().path(blob.digest());
    byte[] bytes = Files.readAllBytes(file);
    bytes[LARGE / 2]++;
    Files.write(file, bytes);
    // The clock of files is coarse.
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
    assertThatThrownBy(
            () -> {
              try (InputStream in = store.blob(blob).open()) {
                in.readAllBytes();
              }
            })
        .isInstanceOf(DamagedContentException.class);
  }

  @Test
  void whatThisProcessHasNotHashedIs() throws IOException {
    Descriptor small = images.blob(Format.OCI.layer(), 1000);
    Descriptor large = images.blob(Format.OCI.layer(), LARGE);
    LayoutStore byAnother = new LayoutStore(folder.resolve("by-another"));
    Files.createDirectories(byAnother.blobs().path(large.digest()).getParent());
    Files.copy(store.blobs().path(large.digest()), byAnother.blobs().path(large.digest()));
    LayoutStore copied = new LayoutStore(folder.resolve("copied"));
    copied.blobs().write(store.blob(large));
    assertThat(isHashedAgain(store, small)).isTrue();
    assertThat(isHashedAgain(byAnother, large)).isTrue();
    assertThat(isHashedAgain(copied, large)).isTrue();
  }

  @Test
  void manyWritersLoseNoTag() throws IOException {
    Index index = images.index("linux/amd64");
    List<String> tags = IntStream.range(0, 40).mapToObj(i -> "tag-" + i).toList();
    try (Parallel parallel = new Parallel(8)) {
      parallel.forEach(tags, tag -> new LayoutStore(store.root()).tag(index.document(), tag));
    }
    assertThat(store.entries())
        .extracting(entry -> entry.annotations().get(LayoutStore.REF_NAME))
        .containsExactlyInAnyOrderElementsOf(tags);
  }

  @Test
  void aDamagedDocumentIsNotGivenOut() throws IOException {
    Index index = images.index("linux/amd64");
    Path file = store.blobs().path(index.document().digest());
    Files.writeString(file, Files.readString(file).replace("amd64", "arm64"));
    assertThatThrownBy(() -> store.document(index.document().digest().toString()))
        .isInstanceOf(DamagedContentException.class)
        .hasMessageContaining(index.document().digest().toString());
  }

  @Test
  void aBlobThatIsNotWhatItSaysLeavesNothingBehind() throws IOException {
    for (String bytes : List.of("other", "longer than that", "no")) {
      Descriptor descriptor = Descriptor.of("x/y", Digest.of("right"), 5);
      assertThatThrownBy(() -> store.put(blob(descriptor, bytes)))
          .as(bytes)
          .isInstanceOf(DamagedContentException.class);
      assertThat(filesIn(store.root())).isEmpty();
    }
  }

  @Test
  void aFileOnTheSameDiskIsLinkedAndNotCopied() throws IOException {
    LayoutStore other = new LayoutStore(folder.resolve("other"));
    Descriptor blob = images.blob("x/y", 100);
    assertThat(other.put(store.blob(blob))).isEqualTo(Transfer.MOUNTED);
    assertThat(other.put(store.blob(blob))).isEqualTo(Transfer.PRESENT);
    assertThat(Files.getAttribute(other.blobs().path(blob.digest()), "unix:ino"))
        .isEqualTo(Files.getAttribute(store.blobs().path(blob.digest()), "unix:ino"));
  }

  @Test
  void whatOthersReadIsVerifiedBeforeItIsLinked() throws IOException {
    Descriptor blob = images.blob("x/y", 100);
    byte[] bytes = Files.readAllBytes(store.blobs().path(blob.digest()));
    bytes[50] ^= 1;
    Files.write(store.blobs().path(blob.digest()), bytes);
    LayoutStore published = LayoutStore.published(folder.resolve("published"));
    assertThatThrownBy(() -> published.put(store.blob(blob)))
        .isInstanceOfSatisfying(
            DamagedContentException.class, e -> assertThat(e.digest()).contains(blob.digest()));
    assertThat(published.root().resolve("blobs")).doesNotExist();
  }

  @Test
  void aTruncatedBlobIsNotThere() throws IOException {
    Descriptor blob = images.blob("x/y", 100);
    Files.write(store.blobs().path(blob.digest()), new byte[50]);
    assertThat(store.blobs().find(blob)).isEmpty();
    assertThatThrownBy(() -> store.blob(blob)).isInstanceOf(StoreException.class);
  }

  @Test
  void pruningDeletesNothingBehindALink() throws IOException {
    images.index("linux/amd64");
    Path shared = store.root().resolveSibling("shared");
    Files.move(store.root().resolve("blobs"), shared);
    Files.createSymbolicLink(store.root().resolve("blobs"), shared);
    int before = filesIn(shared).size();
    store.prune();
    assertThat(filesIn(shared)).hasSize(before).isNotEmpty();
  }

  @Test
  void pruningKeepsExactlyWhatIsNamed() throws IOException {
    Index kept = images.index("linux/amd64", "linux/arm64");
    store.tag(kept.document(), "1.0");
    long before = filesIn(store.root().resolve("blobs")).size();
    images.index("linux/s390x");
    Path unfinished = Files.writeString(store.root().resolve(".new-1"), "of a killed writer");
    store.prune();
    assertThat(unfinished).doesNotExist();
    assertThat(filesIn(store.root().resolve("blobs"))).hasSize((int) before);
    assertThat(store.holds(kept.document().descriptor())).isTrue();
  }

  @Test
  void holdsOnlyWhatIsComplete() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    assertThat(store.holds(index.document().descriptor())).isTrue();
    Descriptor layer =
        store.document(index.manifests().get(1).digest().toString()).orElseThrow().blobs().get(2);
    Files.delete(store.blobs().path(layer.digest()));
    assertThat(store.holds(index.document().descriptor())).isFalse();
  }

  @Test
  void anIndexThatIsNoneIsNamed() throws IOException {
    Files.createDirectories(store.root());
    Files.writeString(store.root().resolve("index.json"), "[1]");
    assertThatThrownBy(() -> store.resolve("1.0"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("index.json");
  }

  private static Blob blob(Descriptor descriptor, String text) {
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return descriptor;
      }

      @Override
      public InputStream open() {
        return new VerifyingStream(
            new ByteArrayInputStream(text.getBytes(UTF_8)), descriptor, "the test");
      }
    };
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void aDocumentIsVerifiedWhateverItsAlgorithm() throws Exception {
    byte[] content = "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8);
    String hex = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(content));
    Path file = folder.resolve("blobs/sha512").resolve(hex);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    LayoutStore store = new LayoutStore(folder);
    assertThat(store.document("sha512:" + hex)).isPresent();
    Files.writeString(file, "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{}}");
    assertThatThrownBy(() -> store.document("sha512:" + hex))
        .isInstanceOf(DamagedContentException.class);
  }
}
