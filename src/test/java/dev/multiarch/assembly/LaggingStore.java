package dev.multiarch.assembly;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Index;
import dev.multiarch.store.Blob;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Store;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes tags, but goes on showing another image, as a registry behind a cache may.
 *
 * @param honest the one tag that it shows as it is
 */
record LaggingStore(LayoutStore store, Index shown, String honest) implements Store {

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public Optional<Descriptor> resolve(String reference) throws IOException {
    if (reference.equals(honest)) {
      return store.resolve(reference);
    }
    return Optional.of(shown.document().descriptor());
  }

  @Override
  public Optional<Document> document(String reference) throws IOException {
    if (reference.equals(honest)) {
      return store.document(reference);
    }
    return Optional.of(shown.document());
  }

  @Override
  public Blob blob(Descriptor descriptor) throws IOException {
    return store.blob(descriptor);
  }

  @Override
  public Transfer put(Blob blob) throws IOException {
    return store.put(blob);
  }

  @Override
  public void put(Document document) throws IOException {
    store.put(document);
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
