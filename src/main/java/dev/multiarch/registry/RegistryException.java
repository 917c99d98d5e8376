package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry could not be reached, refused, or did not keep to the protocol. */
public final class RegistryException extends StoreException {

  private static final long serialVersionUID = 1L;

  /** {@link #status} where no answer came. */
  public static final int NO_ANSWER = 0;

  private final String target;
  private final int status;
  private final String code;
  private final boolean passing;
  private final @Nullable Duration retryAfter;

  RegistryException(
      String target,
      int status,
      String code,
      String message,
      String remedy,
      @Nullable Throwable cause) {
    this(target, status, code, message, remedy, cause, false, null);
  }

  private RegistryException(
      String target,
      int status,
      String code,
      String message,
      String remedy,
      @Nullable Throwable cause,
      boolean passing,
      @Nullable Duration retryAfter) {
    super(message, remedy, cause);
    this.target = target;
    this.status = status;
    this.code = code;
    this.passing = passing;
    this.retryAfter = retryAfter;
  }

  /** The same, where asking again may help. */
  RegistryException passing(Optional<Duration> pauseAskedFor) {
    return new RegistryException(
        target, status, code, getMessage(), remedy(), getCause(), true, pauseAskedFor.orElse(null));
  }

  /** What was asked for: {@code registry/repository}, with tag or digest where there is one. */
  public String target() {
    return target;
  }

  /** The HTTP status, or {@link #NO_ANSWER}. */
  public int status() {
    return status;
  }

  /** The registry's own error code, such as {@code DENIED}; empty if it gave none. */
  public String code() {
    return code;
  }

  /** Whether asking again may help. */
  boolean mayPass() {
    return passing;
  }

  /** The pause that the registry asked for before it is asked again. */
  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
