package dev.multiarch.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A store refused, could not be reached, or holds something other than it should. The message says
 * what happened, where and why; {@link #remedy} says what to do now.
 */
public class StoreException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String remedy;

  public StoreException(String message, String remedy) {
    this(message, remedy, null);
  }

  public StoreException(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** What the user can do about it, as a sentence. */
  public String remedy() {
    return remedy;
  }
}
