package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The bytes behind a descriptor, wherever they lie. A store that takes a blob looks for the
 * cheapest way: a file may be linked, a blob of a sister repository mounted, anything can be
 * streamed.
 */
public interface Blob {

  /** What the bytes must be. */
  Descriptor descriptor();

  /**
   * Opens the bytes from their beginning. The stream checks them, unless this process has done so
   * already: it throws {@link StoreException} at its end if they are not what the descriptor says.
   */
  InputStream open() throws IOException;

  /** The file that holds exactly these bytes, if there is one on this machine. */
  default Optional<Path> file() {
    return Optional.empty();
  }

  /** Where a registry may mount the blob from, if it is known to lie in one. */
  default Optional<Mountable> mountable() {
    return Optional.empty();
  }

  /**
   * A repository that holds the blob.
   *
   * @param registry host with optional port
   * @param repository path within the registry
   */
  record Mountable(String registry, String repository) {}

  /** The same blob, which is known to lie in {@code place} too. */
  default Blob alsoIn(Mountable place) {
    Blob self = this;
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return self.descriptor();
      }

      @Override
      public InputStream open() throws IOException {
        return self.open();
      }

      @Override
      public Optional<Path> file() {
        return self.file();
      }

      @Override
      public Optional<Mountable> mountable() {
        return Optional.of(place);
      }
    };
  }
}
