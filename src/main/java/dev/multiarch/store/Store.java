package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Document;
import java.io.IOException;
import java.util.Optional;

/**
 * One repository of images: blobs and documents named by digest, and tags that name documents. A
 * registry's repository is one, a layout directory is another.
 *
 * <p>Every method may be called by many threads at once. Whatever comes out has been checked
 * against its digest and size, whatever goes in is checked on its way, unless this process has
 * checked the very file before; a mismatch is a {@link StoreException}.
 */
public interface Store {

  /**
   * The store in words that a user can find again: {@code registry/repository} or {@code oci:DIR}.
   */
  String name();

  /**
   * What a tag or digest names, without its bytes.
   *
   * @param reference a tag, or a digest as text
   * @return empty if the store answered that it has no such thing
   * @throws IOException if it could not be asked
   */
  Optional<Descriptor> resolve(String reference) throws IOException;

  /**
   * The document that a tag or digest names.
   *
   * @param reference a tag, or a digest as text
   * @return empty if the store answered that it has no such thing
   * @throws IOException if it could not be asked, or the document is not what its digest says
   */
  Optional<Document> document(String reference) throws IOException;

  /**
   * A blob of this store, to be read or to be put into another one. Nothing is transferred yet.
   *
   * @throws IOException if this store can tell at once that it has no such blob
   */
  Blob blob(Descriptor descriptor) throws IOException;

  /** Puts a blob here, unless it is here already. */
  Transfer put(Blob blob) throws IOException;

  /** Puts a document here under its digest; what it leads to must be here already. */
  void put(Document document) throws IOException;

  /** Makes {@code tag} name the document, and puts the document here if it is not yet. */
  void tag(Document document, String tag) throws IOException;

  /**
   * Whether the document and all that it leads to is known to be here without asking anybody: it
   * lies on this disk, or this process has put it.
   */
  boolean holds(Descriptor document);
}
