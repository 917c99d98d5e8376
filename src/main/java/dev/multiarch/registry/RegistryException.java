package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.io.Serializable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A registry could not be reached, refused, or did not keep to the protocol. */
public final class RegistryException extends StoreException {

  private static final long serialVersionUID = 1L;

  /** {@link #status} where no answer came. */
  public static final int NO_STATUS = 0;

  private final Report report;
  private final boolean passing;
  private final @Nullable Duration retryAfter;

  private RegistryException(
      Report report, boolean passing, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(report.message, report.remedy, cause);
    this.report = report;
    this.passing = passing;
    this.retryAfter = retryAfter;
  }

  /** What an exception tells. */
  record Report(String target, int status, String code, String message, String remedy)
      implements Serializable {

    /** A failure that asking again does not change. */
    RegistryException lasting() {
      return lasting(null);
    }

    RegistryException lasting(@Nullable Throwable cause) {
      return new RegistryException(this, false, null, cause);
    }

    /**
     * A failure that may pass.
     *
     * @param retryAfter the pause that the registry asked for
     */
    RegistryException passing(Optional<Duration> retryAfter) {
      return new RegistryException(this, true, retryAfter.orElse(null), null);
    }
  }

  /** What was asked for: {@code registry/repository}, with tag or digest where there is one. */
  public String target() {
    return report.target;
  }

  /** The HTTP status, or {@link #NO_STATUS}. */
  public int status() {
    return report.status;
  }

  /** The registry's own error code, such as {@code DENIED}; empty if it gave none. */
  public String code() {
    return report.code;
  }

  /** Whether asking again may help. */
  boolean mayPass() {
    return passing;
  }

  /** The same, where the caller knows a way to go on. */
  RegistryException asPassing() {
    return report.passing(Optional.empty());
  }

  Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
