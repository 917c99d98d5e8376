package dev.multiarch.registry;

import java.io.IOException;

/**
 * Nothing moved for too long, or the whole took too long. The JDK's own exception for it is also
 * its exception for an interrupt, after which nothing must be tried again.
 */
final class TimedOut extends IOException {

  private static final long serialVersionUID = 1L;

  TimedOut(String message) {
    super(message);
  }
}
