package dev.multiarch.bench.build;

import java.util.Locale;

/** A situation in which people build. */
enum Case {
  COLD_SAME("cold, base in the same registry, layout=sparse"),
  COLD_OTHER("cold, base in another registry, layout=complete"),
  EIGHT("cold, as the first, 8 platforms"),
  UNCHANGED("nothing changed"),
  ONE_CLASS("one class changed"),
  CLEAN("clean before it, nothing changed");

  /** For people. */
  final String title;

  Case(String title) {
    this.title = title;
  }

  /** Whether nothing is left of earlier builds, in caches neither. */
  boolean isCold() {
    return this == COLD_SAME || this == COLD_OTHER || this == EIGHT;
  }

  /** How many turns it takes: builds of which little is ours differ by more than that is. */
  int turns(int pairs) {
    return switch (this) {
      case COLD_SAME, COLD_OTHER, EIGHT -> pairs;
      case UNCHANGED, CLEAN -> 2 * pairs;
      // Like CLEAN it has the ups and downs of javac, and it is far nearer to its limit.
      case ONE_CLASS -> 4 * pairs;
    };
  }

  int platforms() {
    return this == EIGHT ? 8 : 2;
  }

  /** As it is said on the command line. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
