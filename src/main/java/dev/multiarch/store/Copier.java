package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Copies images from store to store: blobs before manifests, manifests before indexes, each thing
 * once. What the destination holds already is not touched.
 */
public final class Copier {

  private final Store from;
  private final Store to;
  private final Parallel parallel;
  private final BlobSource blobs;

  /** How the bytes of a blob are come by. */
  @FunctionalInterface
  public interface BlobSource {
    Blob blob(Descriptor descriptor) throws IOException;
  }

  public Copier(Store from, Store to, Parallel parallel) {
    this(from, to, parallel, from::blob);
  }

  /**
   * @param blobs gives the source's blobs, perhaps with the knowledge of where else they lie
   */
  public Copier(Store from, Store to, Parallel parallel, BlobSource blobs) {
    this.from = from;
    this.to = to;
    this.parallel = parallel;
    this.blobs = blobs;
  }

  /**
   * Copies documents with all that they lead to.
   *
   * @return what became of each blob; those of documents that the destination held already are not
   *     among them
   * @throws IOException if anything failed; documents whose children all arrived may be there
   */
  public Map<Digest, Transfer> copy(Collection<Descriptor> roots) throws IOException {
    Map<Digest, Document> documents = new LinkedHashMap<>();
    for (Descriptor root : roots) {
      collect(root, documents);
    }
    Map<Digest, Descriptor> distinct = new LinkedHashMap<>();
    List<Document> manifests = new ArrayList<>();
    List<Document> indexes = new ArrayList<>();
    for (Document document : documents.values()) {
      (document.isIndex() ? indexes : manifests).add(document);
      for (Descriptor blob : document.blobs()) {
        distinct.putIfAbsent(blob.digest(), blob);
      }
    }
    Map<Digest, Transfer> transfers = copyBlobs(distinct.values());
    parallel.forEach(manifests, to::put);
    // Depth first, so an index of indexes comes after those.
    for (Document index : indexes) {
      to.put(index);
    }
    return transfers;
  }

  /**
   * Reads an image of the destination that is to be replaced: what the new one has in common with
   * it need then not be asked for piece by piece. What cannot be read does not matter.
   *
   * @param of which of its children to read
   * @param meanwhile blobs to copy beside it, since it most likely lacks them
   * @return what became of those
   * @throws InterruptedIOException if the thread was interrupted
   * @throws IOException if a blob could not be copied
   */
  public Map<Digest, Transfer> lookAt(
      Descriptor image, Predicate<Descriptor> of, Collection<Descriptor> meanwhile)
      throws IOException {
    List<Parallel.Begun<?>> reading = new ArrayList<>();
    for (Descriptor child : childrenOf(image)) {
      if (of.test(child)) {
        reading.add(parallel.begin(() -> childrenOf(child)));
      }
    }
    Map<Digest, Transfer> transfers = copyBlobs(meanwhile);
    for (Parallel.Begun<?> child : reading) {
      child.get();
    }
    return transfers;
  }

  private Map<Digest, Transfer> copyBlobs(Collection<Descriptor> wanted) throws IOException {
    Map<Digest, Transfer> transfers = new ConcurrentHashMap<>();
    parallel.forEach(wanted, blob -> transfers.put(blob.digest(), to.put(blobs.blob(blob))));
    return transfers;
  }

  private List<Descriptor> childrenOf(Descriptor document) throws InterruptedIOException {
    try {
      Optional<Document> there = to.document(document.digest().toString());
      return there.isPresent() ? there.get().documents() : List.of();
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      // Then it vouches for nothing.
      return List.of();
    }
  }

  /** Copies one document with all that it leads to. */
  public Map<Digest, Transfer> copy(Descriptor root) throws IOException {
    return copy(List.of(root));
  }

  private void collect(Descriptor descriptor, Map<Digest, Document> documents) throws IOException {
    if (documents.containsKey(descriptor.digest()) || to.holds(descriptor)) {
      return;
    }
    Document document =
        from.document(descriptor.digest().toString())
            .orElseThrow(
                () ->
                    new StoreException(
                        "%s lacks the document %s".formatted(from.name(), descriptor.digest()),
                        "It may have been deleted since; resolve the tag again."));
    for (Descriptor child : document.documents()) {
      collect(child, documents);
    }
    documents.put(descriptor.digest(), document);
  }
}
