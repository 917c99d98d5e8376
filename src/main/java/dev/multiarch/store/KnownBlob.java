package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** A blob of which more is known than its store knows. */
final class KnownBlob implements Blob {

  private final Blob blob;
  private final Optional<Mountable> place;
  private final boolean fresh;

  KnownBlob(Blob blob, Optional<Mountable> place, boolean fresh) {
    this.blob = blob;
    this.place = place;
    this.fresh = fresh;
  }

  @Override
  public Descriptor descriptor() {
    return blob.descriptor();
  }

  @Override
  public InputStream open() throws IOException {
    return blob.open();
  }

  @Override
  public Optional<Path> file() {
    return blob.file();
  }

  @Override
  public Optional<Mountable> mountable() {
    return place;
  }

  @Override
  public boolean isNew() {
    return fresh;
  }
}
