package dev.multiarch.store;

import dev.multiarch.oci.Digest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Bytes are not what their digest or size says. Nothing was kept of them. */
public class DamagedContentException extends StoreException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Digest digest;

  public DamagedContentException(String message) {
    this(message, null);
  }

  /**
   * @param digest the blob whose bytes are others, where it is known
   */
  public DamagedContentException(String message, @Nullable Digest digest) {
    super(
        message,
        "It was damaged on its way or where it lies. Run the build again: what was damaged here is"
            + " deleted and made anew.");
    this.digest = digest;
  }

  /** The blob whose bytes are others, where it is known: a local file of it is to be deleted. */
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }
}
