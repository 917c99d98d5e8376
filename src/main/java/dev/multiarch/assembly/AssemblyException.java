package dev.multiarch.assembly;

import dev.multiarch.store.StoreException;

/** An image cannot be assembled of what was found. No tag has moved. */
public final class AssemblyException extends StoreException {

  private static final long serialVersionUID = 1L;

  public AssemblyException(String message) {
    this(message, "Build what is missing or differs, from one revision, and assemble again.");
  }

  public AssemblyException(String message, String remedy) {
    super(message, remedy);
  }
}
