package dev.multiarch.store;

/** Bytes are not what their digest or size says. Nothing was kept of them. */
public class DamagedContentException extends StoreException {

  private static final long serialVersionUID = 1L;

  public DamagedContentException(String message) {
    super(message, "The content was damaged on its way or where it lies; nothing of it was kept.");
  }
}
