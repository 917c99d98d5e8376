package dev.multiarch.maven;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Says in words what the operating system says in codes. */
final class Failures {

  private Failures() {}

  /** The failure with what to do about it. */
  static String describe(IOException e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.toLowerCase(Locale.ROOT).contains("no space left")) {
      return "the disk is full: "
          + text
          + "\nNothing half-written was left; make room (the cache is multiarch.cache) and run"
          + " again.";
    }
    if (e instanceof AccessDeniedException) {
      return "access was denied to " + text + "\nCheck who owns the file or folder.";
    }
    if (e instanceof NoSuchFileException) {
      return text + " does not exist (any more)\nSomething deleted it during the build; run again.";
    }
    if (e instanceof FileSystemException) {
      return text;
    }
    return text;
  }
}
