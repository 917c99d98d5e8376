package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Copier;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Gives a push the layers of a base that a sparse layout does not hold: from the user's cache if
 * they happen to lie there, else as a stream from where the base is.
 */
public final class BaseLayers implements Copier.BlobSource {

  private final LayoutStore cache;
  private final Optional<Store> base;

  /**
   * @param base where the base is; empty if it is in no registry, or that may not be asked
   */
  public BaseLayers(LayoutStore cache, Optional<Store> base) {
    this.cache = cache;
    this.base = base;
  }

  @Override
  public Blob blob(Descriptor layer) throws IOException {
    if (cache.blobs().find(layer).isPresent()) {
      return cache.blob(layer);
    }
    Store store =
        base.orElseThrow(
            () ->
                new StoreException(
                    "the layer %s of the base is not on this machine".formatted(layer.digest()),
                    "If Maven is offline, run without -o; else build again with"
                        + " -Dmultiarch.layout=complete."));
    return new Streamed(store, store.blob(layer));
  }

  /** A layer that is read where the base is, if it cannot be mounted from there. */
  private record Streamed(Store store, Blob blob) implements Blob {
    @Override
    public Descriptor descriptor() {
      return blob.descriptor();
    }

    @Override
    public InputStream open() throws IOException {
      try {
        return blob.open();
      } catch (StoreException e) {
        throw new StoreException(
            "a layer of the base, which layout=sparse left in %s, cannot be had: %s"
                .formatted(store.name(), e.getMessage()),
            e.remedy()
                + " If it was deleted there, build again, on a base that exists;"
                + " -Dmultiarch.layout=complete keeps a copy under target.",
            e);
      }
    }

    @Override
    public Optional<Mountable> mountable() {
      return blob.mountable();
    }
  }
}
