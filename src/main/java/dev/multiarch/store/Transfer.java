package dev.multiarch.store;

/** What it took to have a blob in a store. */
public enum Transfer {
  /** It was there already. */
  PRESENT,
  /** The store took it over from another repository, or by a link on the same disk. */
  MOUNTED,
  /** Its bytes were sent. */
  SENT
}
