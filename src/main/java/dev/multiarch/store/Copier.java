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
import java.util.Set;
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
    return copy(contents(roots), Map.of());
  }

  /**
   * The same, where there is an image at the destination that these will replace. It is read first:
   * what they have in common with it need then not be asked for piece by piece. What cannot be read
   * of it does not matter.
   *
   * @param old the image at the destination
   * @param of which of its children to read
   * @param fresh blobs to copy beside that, since it most likely lacks them
   * @return what became of each blob, of those too
   * @throws InterruptedIOException if the thread was interrupted
   */
  public Map<Digest, Transfer> replace(
      Descriptor old, Predicate<Descriptor> of, Set<Digest> fresh, Collection<Descriptor> roots)
      throws IOException {
    Contents contents = contents(roots);
    List<Parallel.Begun<?>> reading = new ArrayList<>();
    for (Descriptor child : childrenOf(old)) {
      if (of.test(child)) {
        reading.add(parallel.begin(() -> childrenOf(child)));
      }
    }
    List<Descriptor> meanwhile = new ArrayList<>();
    for (Descriptor blob : contents.blobs) {
      if (fresh.contains(blob.digest())) {
        meanwhile.add(blob);
      }
    }
    Map<Digest, Transfer> transfers = copyBlobs(meanwhile);
    for (Parallel.Begun<?> child : reading) {
      child.get();
    }
    return copy(contents, transfers);
  }

  /** What is to be copied, each thing once; of indexes those come first that others hold. */
  private record Contents(
      List<Descriptor> blobs, List<Document> manifests, List<Document> indexes) {}

  private Contents contents(Collection<Descriptor> roots) throws IOException {
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
    return new Contents(List.copyOf(distinct.values()), manifests, indexes);
  }

  /**
   * @param before what became of blobs that were copied already
   */
  private Map<Digest, Transfer> copy(Contents contents, Map<Digest, Transfer> before)
      throws IOException {
    List<Descriptor> left = new ArrayList<>();
    for (Descriptor blob : contents.blobs) {
      if (!before.containsKey(blob.digest())) {
        left.add(blob);
      }
    }
    Map<Digest, Transfer> transfers = copyBlobs(left);
    transfers.putAll(before);
    parallel.forEach(contents.manifests, to::put);
    for (Document index : contents.indexes) {
      to.put(index);
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
    Optional<Document> document = from.document(descriptor.digest().toString());
    if (document.isEmpty()) {
      throw new StoreException(
          "%s lacks the document %s".formatted(from.name(), descriptor.digest()),
          "It may have been deleted since; resolve the tag again.");
    }
    for (Descriptor child : document.get().documents()) {
      collect(child, documents);
    }
    documents.put(descriptor.digest(), document.get());
  }
}
