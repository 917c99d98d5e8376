package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry could not be reached, refused, or did not keep to the protocol. */
public final class RegistryException extends StoreException {

  private static final long serialVersionUID = 1L;

  /** {@link #status} where no answer came. */
  public static final int NO_ANSWER = 0;

  private final String target;
  private final int status;
  private final transient List<String> codes;
  private final boolean passing;
  private final @Nullable Duration retryAfter;

  RegistryException(
      String target,
      int status,
      List<String> codes,
      String message,
      String remedy,
      @Nullable Throwable cause) {
    this(target, status, codes, message, remedy, cause, false, null);
  }

  private RegistryException(
      String target,
      int status,
      List<String> codes,
      String message,
      String remedy,
      @Nullable Throwable cause,
      boolean passing,
      @Nullable Duration retryAfter) {
    super(message, remedy, cause);
    this.target = target;
    this.status = status;
    this.codes = List.copyOf(codes);
    this.passing = passing;
    this.retryAfter = retryAfter;
  }

  /** The same, where asking again may help. */
  RegistryException passing(Optional<Duration> pauseAskedFor) {
    return new RegistryException(
        target,
        status,
        codes,
        getMessage(),
        remedy(),
        getCause(),
        true,
        pauseAskedFor.orElse(null));
  }

  /** What was asked for: {@code registry/repository}, with tag or digest where there is one. */
  public String target() {
    return target;
  }

  /** The HTTP status, or {@link #NO_ANSWER}. */
  public int status() {
    return status;
  }

  /** The registry's own error codes, such as {@code DENIED}; often there is one, or none. */
  public List<String> codes() {
    return codes;
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
