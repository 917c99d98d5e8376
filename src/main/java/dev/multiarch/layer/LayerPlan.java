package dev.multiarch.layer;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a layer will hold, in the order in which it is written: by path, parents first, so that the
 * order does not depend on the file system that the files come from.
 *
 * @param name what it holds, in a word or two, for logs and the image's history
 * @param entries its entries
 */
public record LayerPlan(String name, List<Entry> entries) {

  /**
   * Directories that a base may have as a link ({@code /bin} is one on most distributions) or with
   * a mode of its own ({@code /tmp}). They are never written just because a file lies in them: that
   * would replace the base's.
   */
  private static final Set<String> LEFT_TO_THE_BASE =
      Set.of(
          "/bin",
          "/sbin",
          "/lib",
          "/lib32",
          "/lib64",
          "/libx32",
          "/root",
          "/run",
          "/tmp",
          "/usr/lib64",
          "/usr/sbin",
          "/var/lock",
          "/var/mail",
          "/var/run",
          "/var/tmp");

  public LayerPlan {
    entries = List.copyOf(entries);
  }

  /**
   * Sorts entries and adds the directories that they lie in: an engine that meets a missing parent
   * makes one that only root may enter (Docker Engine 20.10 did).
   *
   * @param entries the entries; of two equal ones one is kept
   * @param onBase whether there is a base below, with directories of its own
   * @param directories those that any layer of the image says more of, by path; a layer above must
   *     not take their owner away
   * @throws IllegalArgumentException if two different entries have one path
   */
  public static LayerPlan of(
      String name, Collection<Entry> entries, boolean onBase, Map<String, Entry> directories) {
    Map<String, Entry> sorted = new TreeMap<>();
    for (Entry entry : entries) {
      if (onBase && isLeftToTheBase(entry)) {
        continue;
      }
      Entry other = sorted.putIfAbsent(entry.path(), entry);
      if (other != null && !other.equals(entry)) {
        throw new IllegalArgumentException("two different entries for " + entry.path());
      }
    }
    for (Entry entry : List.copyOf(sorted.values())) {
      for (String parent = parent(entry.path()); !parent.isEmpty(); parent = parent(parent)) {
        if (sorted.containsKey(parent)) {
          // Its own parents are there, or come in its turn.
          break;
        }
        if (!onBase || !LEFT_TO_THE_BASE.contains(parent)) {
          Entry made = Entry.directory(parent, Owner.ROOT);
          sorted.put(parent, directories.getOrDefault(parent, made));
        }
      }
    }
    return new LayerPlan(name, List.copyOf(sorted.values()));
  }

  // Not the record's own: they take long when they are first called, and look at every entry to
  // find the place in a map.

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof LayerPlan plan
            && name.equals(plan.name)
            && entries.equals(plan.entries);
  }

  @Override
  public int hashCode() {
    return name.hashCode() + entries.size();
  }

  /** A plan of a layer whose parent directories nobody says more of. */
  public static LayerPlan of(String name, Collection<Entry> entries, boolean onBase) {
    return of(name, entries, onBase, Map.of());
  }

  /** A plain directory says no more than that something lies in it; one with an owner is meant. */
  private static boolean isLeftToTheBase(Entry entry) {
    return LEFT_TO_THE_BASE.contains(entry.path())
        && entry.equals(Entry.directory(entry.path(), Owner.ROOT));
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }
}
