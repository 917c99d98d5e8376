package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A repository that is read from its mirrors first, and from its own registry where they have not
 * got something. A mirror that fails is left alone from then on. Everything is written to the
 * registry itself.
 */
final class MirroredStore implements Store {

  private final List<Store> mirrors;
  private final Store origin;
  private final RegistryLog log;
  private final Set<Store> failed = ConcurrentHashMap.newKeySet();

  MirroredStore(List<Store> mirrors, Store origin, RegistryLog log) {
    this.mirrors = List.copyOf(mirrors);
    this.origin = origin;
    this.log = log;
  }

  /** Something that is read. */
  @FunctionalInterface
  private interface Reading<T> {
    Optional<T> from(Store store) throws IOException;
  }

  private <T> Optional<T> read(Reading<T> reading) throws IOException {
    for (Store mirror : mirrors) {
      if (!failed.contains(mirror)) {
        try {
          Optional<T> found = reading.from(mirror);
          if (found.isPresent()) {
            return found;
          }
        } catch (RegistryException | DamagedContentException e) {
          leave(mirror, e);
        }
      }
    }
    return reading.from(origin);
  }

  private void leave(Store mirror, StoreException failure) {
    if (failed.add(mirror)) {
      log.info("Passing over the mirror %s: %s".formatted(mirror.name(), failure.getMessage()));
    }
  }

  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public Optional<Descriptor> resolve(String reference) throws IOException {
    return read(store -> store.resolve(reference));
  }

  @Override
  public Optional<Document> document(String reference) throws IOException {
    return read(store -> store.document(reference));
  }

  @Override
  public Blob blob(Descriptor descriptor) throws IOException {
    List<Blob> copies = new ArrayList<>();
    for (Store mirror : mirrors) {
      copies.add(mirror.blob(descriptor));
    }
    Blob own = origin.blob(descriptor);
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return descriptor;
      }

      @Override
      public InputStream open() throws IOException {
        for (int i = 0; i < copies.size(); i++) {
          if (!failed.contains(mirrors.get(i))) {
            try {
              return copies.get(i).open();
            } catch (RegistryException | DamagedContentException e) {
              log.debug("%s: %s".formatted(mirrors.get(i).name(), e.getMessage()));
            }
          }
        }
        return own.open();
      }

      @Override
      public Optional<Mountable> mountable() {
        return own.mountable();
      }
    };
  }

  @Override
  public Transfer put(Blob blob) throws IOException {
    return origin.put(blob);
  }

  @Override
  public void put(Document document) throws IOException {
    origin.put(document);
  }

  @Override
  public void tag(Document document, String tag) throws IOException {
    origin.tag(document, tag);
  }

  @Override
  public boolean holds(Descriptor document) {
    return origin.holds(document);
  }
}
