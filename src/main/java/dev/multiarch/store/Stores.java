package dev.multiarch.store;

/** Opens stores by their address. */
@FunctionalInterface
public interface Stores {

  /** The store; nothing is asked of it yet. */
  Store open(Repository repository);
}
