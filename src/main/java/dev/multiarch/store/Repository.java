package dev.multiarch.store;

import java.nio.file.Path;

/** Where a store lies: the address by which it is opened. */
public sealed interface Repository {

  /**
   * A repository of a registry.
   *
   * @param registry host with optional port
   * @param path name of the repository within it
   */
  record Remote(String registry, String path) implements Repository {
    @Override
    public String toString() {
      return registry + "/" + path;
    }
  }

  /**
   * An image layout on disk.
   *
   * @param folder the folder that holds {@code oci-layout}
   */
  record Layout(Path folder) implements Repository {
    @Override
    public String toString() {
      return "oci:" + folder;
    }
  }
}
