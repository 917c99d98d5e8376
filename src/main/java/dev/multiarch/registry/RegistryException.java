package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import org.jspecify.annotations.Nullable;

/** A registry refused, broke, or could not be reached. */
public final class RegistryException extends StoreException {

  private static final long serialVersionUID = 1L;

  /** The status where there was no answer. */
  public static final int NO_ANSWER = 0;

  private final int status;

  RegistryException(String message, String remedy, int status, @Nullable Throwable cause) {
    super(message, remedy, cause);
    this.status = status;
  }

  /** The HTTP status of the answer, or {@link #NO_ANSWER}. */
  public int status() {
    return status;
  }
}
