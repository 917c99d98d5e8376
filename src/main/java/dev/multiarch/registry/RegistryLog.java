package dev.multiarch.registry;

/** What a registry client has to tell; never anything secret. */
public interface RegistryLog {

  /** A detail: each request and its answer. */
  void debug(String line);

  /** Something that a person who waits wants to know. */
  void info(String line);

  /** Tells nobody. */
  RegistryLog NONE =
      new RegistryLog() {
        @Override
        public void debug(String line) {}

        @Override
        public void info(String line) {}
      };
}
