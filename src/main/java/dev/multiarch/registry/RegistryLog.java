package dev.multiarch.registry;

/**
 * Hears what the client does. Nothing secret is ever said: no credential, no token, no query of an
 * address.
 */
public interface RegistryLog {

  /** Every attempt of every request. */
  void debug(String message);

  /** What makes a person wait, such as a registry that asks for patience. */
  void info(String message);

  /** Hears nothing. */
  static RegistryLog silent() {
    return new RegistryLog() {
      @Override
      public void debug(String message) {}

      @Override
      public void info(String message) {}
    };
  }
}
