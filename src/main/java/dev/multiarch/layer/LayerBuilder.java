package dev.multiarch.layer;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Makes layers, or finds that a cache has them. Several threads may use one at a time. */
public final class LayerBuilder {

  /** One hash of all that is compressed is made in order; more threads only wait for it. */
  private static final int MAX_THREADS = 8;

  /**
   * How many layers are made at a time in one process, whatever its modules: each has threads for
   * all processors already, and memory for each thread.
   */
  private static final Semaphore TURNS =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors() / 4));

  /** After so many bytes the JIT compiler knows what is going on. */
  private static final int WARM = 4 << 20;

  private final BlobDirectory blobs;
  private final LayerCache cache;
  private final int threads;

  /** A builder with as many threads as the machine has processors, up to eight. */
  public LayerBuilder(BlobDirectory blobs, LayerCache cache) {
    this(blobs, cache, Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * @param blobs where finished layers are put
   * @param cache what is known of the layers there
   * @param threads how many threads compress one layer, beside the one that reads; each takes about
   *     3 MiB of memory while a layer is made. The bytes of a layer do not depend on it
   */
  public LayerBuilder(BlobDirectory blobs, LayerCache cache, int threads) {
    this.blobs = blobs;
    this.cache = cache;
    this.threads = threads;
  }

  /**
   * Has the JIT compiler replace SHA-256 by the processor's own, for a layer that will be wanted
   * soon. Until then it runs at a tenth of its speed; and once a layer is being made, its threads
   * leave the compiler little of a small machine, so that this lasts for a second.
   */
  public static Digest warmUp() {
    MessageDigest hash = Digest.sha256();
    byte[] zeros = new byte[TarWriter.BUFFER];
    for (int done = 0; done < WARM; done += zeros.length) {
      hash.update(zeros);
    }
    return Digest.of(hash);
  }

  /**
   * Makes a layer. Its blob is in the blob directory afterwards, whole.
   *
   * @throws IOException if a file cannot be read or has another length by then, or the blob cannot
   *     be written; nothing is left then
   */
  public Layer build(LayerPlan plan) throws IOException {
    Snapshot snapshot = cache.snapshot(plan);
    LayerCache.Lookup lookup = cache.look(snapshot);
    Optional<Layer> known = lookup.layer();
    if (known.isPresent() && blobs.find(known.get().blob()).isPresent()) {
      blobs.used(known.get().blob().digest());
      return known.get();
    }
    Layer layer = whenItsTurn(snapshot);
    lookup.remember(layer);
    return layer;
  }

  private Layer whenItsTurn(Snapshot snapshot) throws IOException {
    try {
      TURNS.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    try {
      return write(snapshot);
    } finally {
      TURNS.release();
    }
  }

  /**
   * Deletes a blob that was found to be damaged: the next build makes the layer again. A copy that
   * was linked elsewhere has the same bytes and must be deleted there.
   */
  public void forget(Digest blob) throws IOException {
    blobs.forget(blob);
  }

  Layer write(Snapshot snapshot) throws IOException {
    try (BlobDirectory.Incoming file = blobs.incoming();
        GzipPipeline gzip = new GzipPipeline(file.stream(), threads)) {
      new TarWriter(gzip).write(snapshot);
      GzipPipeline.Result result = gzip.finish();
      file.keepAs(result.digest());
      return new Layer(
          snapshot.plan().name(),
          Descriptor.of(Format.OCI.layer(), result.digest(), result.size()),
          result.diffId(),
          false);
    }
  }
}
