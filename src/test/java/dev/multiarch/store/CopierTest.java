package dev.multiarch.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.Index;
import dev.multiarch.testing.Event;
import dev.multiarch.testing.RandomImages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopierTest {

  @TempDir Path folder;
  private final Parallel parallel = new Parallel(4);
  private LayoutStore from;
  private LayoutStore to;
  private RandomImages images;

  @BeforeEach
  void open() {
    from = new LayoutStore(folder.resolve("from"));
    to = new LayoutStore(folder.resolve("to"));
    images = new RandomImages(2, from);
  }

  @AfterEach
  void close() {
    parallel.close();
  }

  @Test
  void everythingArrivesAndEachThingOnce() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    Recorder recorder = new Recorder(to);
    Map<Digest, Transfer> transfers =
        new Copier(from, recorder, parallel).copy(index.document().descriptor());

    assertThat(to.holds(index.document().descriptor())).isTrue();
    assertThat(recorder.puts).doesNotHaveDuplicates().hasSize(5 + 3);
    assertThat(transfers).hasSize(5).containsValue(Transfer.MOUNTED);
  }

  @Test
  void childrenAreThereBeforeTheirParents() throws IOException {
    Index inner = images.index("linux/amd64", "linux/arm64");
    Index outer = Index.create(Format.OCI, List.of(inner.document().descriptor()));
    from.put(outer.document());
    Recorder recorder = new Recorder(to);
    new Copier(from, recorder, parallel).copy(outer.document().descriptor());

    List<Digest> order = recorder.puts;
    for (Descriptor child : inner.manifests()) {
      Document manifest = from.document(child.digest().toString()).orElseThrow();
      for (Descriptor blob : manifest.blobs()) {
        assertThat(order.indexOf(blob.digest())).isLessThan(order.indexOf(child.digest()));
      }
      assertThat(order.indexOf(child.digest()))
          .isLessThan(order.indexOf(inner.document().digest()));
    }
    assertThat(order.indexOf(inner.document().digest()))
        .isLessThan(order.indexOf(outer.document().digest()));
  }

  @Test
  void whatIsThereIsNotTouched() throws IOException {
    Index index = images.index("linux/amd64");
    new Copier(from, to, parallel).copy(index.document().descriptor());
    Recorder recorder = new Recorder(to);
    assertThat(new Copier(from, recorder, parallel).copy(index.document().descriptor())).isEmpty();
    assertThat(recorder.puts).isEmpty();
  }

  @Test
  void whatCannotBeReadOfAnOldImageDoesNotMatter() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64", "linux/386");
    new Copier(from, to, parallel).copy(index.document().descriptor());
    Files.delete(to.blobs().path(index.manifests().get(0).digest()));
    Files.writeString(to.blobs().path(index.manifests().get(1).digest()), "damaged");
    Recorder recorder = new Recorder(to);
    new Copier(from, recorder, parallel)
        .replace(index.document().descriptor(), child -> true, Set.of(), List.of());
    assertThat(recorder.reads).hasSize(1 + 3);
  }

  @Test
  void onlyTheChildrenThatAreWantedOfAnOldImageAreRead() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    new Copier(from, to, parallel).copy(index.document().descriptor());
    Descriptor wanted = index.manifests().get(1);
    Recorder recorder = new Recorder(to);
    new Copier(from, recorder, parallel)
        .replace(index.document().descriptor(), wanted::equals, Set.of(), List.of());
    assertThat(recorder.reads)
        .containsExactly(index.document().digest().toString(), wanted.digest().toString());
  }

  @Test
  void whatAnOldImageCannotHaveIsCopiedWhileItIsRead() throws IOException {
    Index index = images.index("linux/amd64");
    new Copier(from, to, parallel).copy(index.document().descriptor());
    Index next = images.index("linux/amd64");
    Descriptor fresh =
        from.document(next.manifests().get(0).digest().toString()).orElseThrow().blobs().get(0);
    Event arrived = new Event();
    Recorder recorder =
        new Recorder(to) {
          @Override
          public Optional<Document> document(String reference) throws IOException {
            if (!reference.equals(index.document().digest().toString())) {
              arrived.await();
            }
            return super.document(reference);
          }

          @Override
          public Transfer put(Blob blob) throws IOException {
            Transfer transfer = super.put(blob);
            arrived.happened();
            return transfer;
          }
        };
    Map<Digest, Transfer> transfers =
        new Copier(from, recorder, parallel)
            .replace(
                index.document().descriptor(),
                child -> true,
                Set.of(fresh.digest()),
                next.manifests());
    assertThat(recorder.reads).hasSize(2);
    assertThat(recorder.puts.get(0)).isEqualTo(fresh.digest());
    assertThat(recorder.puts).doesNotHaveDuplicates();
    assertThat(transfers).containsEntry(fresh.digest(), Transfer.MOUNTED);
    assertThat(transfers).hasSize(recorder.puts.size() - 1);
  }

  @Test
  void whoIsInterruptedWhileTheOldImageIsReadStops() throws IOException {
    Index index = images.index("linux/amd64");
    Recorder interrupted =
        new Recorder(to) {
          @Override
          public Optional<Document> document(String reference) throws IOException {
            throw new InterruptedIOException("interrupted");
          }
        };
    assertThatThrownBy(
            () ->
                new Copier(from, interrupted, parallel)
                    .replace(index.document().descriptor(), child -> true, Set.of(), List.of()))
        .isInstanceOf(InterruptedIOException.class);
  }

  @Test
  void aFailureLeavesNoDocumentWhoseChildrenAreMissing() throws IOException {
    Index index = images.index("linux/amd64", "linux/arm64");
    Document second = from.document(index.manifests().get(1).digest().toString()).orElseThrow();
    Files.delete(from.blobs().path(second.blobs().get(2).digest()));

    assertThatThrownBy(() -> new Copier(from, to, parallel).copy(index.document().descriptor()))
        .isInstanceOf(StoreException.class);
    assertThat(to.document(index.document().digest().toString())).isEmpty();
    assertThat(to.document(second.digest().toString())).isEmpty();
  }

  /** Passes everything on and notes the order in which things arrive. */
  private static class Recorder implements Store {

    private final LayoutStore store;
    private final List<Digest> puts = Collections.synchronizedList(new ArrayList<>());
    private final List<String> reads = Collections.synchronizedList(new ArrayList<>());

    Recorder(LayoutStore store) {
      this.store = store;
    }

    @Override
    public String name() {
      return store.name();
    }

    @Override
    public Optional<Descriptor> resolve(String reference) throws IOException {
      return store.resolve(reference);
    }

    @Override
    public Optional<Document> document(String reference) throws IOException {
      reads.add(reference);
      return store.document(reference);
    }

    @Override
    public Blob blob(Descriptor descriptor) throws IOException {
      return store.blob(descriptor);
    }

    @Override
    public Transfer put(Blob blob) throws IOException {
      Transfer transfer = store.put(blob);
      puts.add(blob.descriptor().digest());
      return transfer;
    }

    @Override
    public void put(Document document) throws IOException {
      store.put(document);
      puts.add(document.digest());
    }

    @Override
    public void tag(Document document, String tag) throws IOException {
      store.tag(document, tag);
    }

    @Override
    public boolean holds(Descriptor document) {
      return store.holds(document);
    }
  }
}
