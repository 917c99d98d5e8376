package dev.multiarch.image;

import dev.multiarch.image.ApplicationPlanner.NamedEntries;
import dev.multiarch.layer.Entry;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans the layers of an image and finds what is wrong with its content. */
final class ContentPlanner {

  private static final String FILES = "files";

  /** What the JVM puts in place of bytes that are no character, the same for all of them. */
  private static final char UNSAYABLE = '\uFFFD';

  private static final boolean SAYS_ALL_NAMES =
      System.getProperty("sun.jnu.encoding", "UTF-8").startsWith("UTF");

  private final ImageSpec spec;
  private final Memo memo;
  private final SeenFiles files;
  private final Mistakes mistakes;
  private final boolean onBase;

  ContentPlanner(ImageSpec spec, Memo memo, SeenFiles files, Mistakes mistakes) {
    this.spec = spec;
    this.memo = memo;
    this.files = files;
    this.mistakes = mistakes;
    this.onBase = !(spec.from() instanceof Base.Scratch);
  }

  Content plan(Parallel parallel) throws IOException {
    ContainerSettings container = spec.container();
    List<NamedEntries> forEvery = new ArrayList<>();
    if (spec.application().isPresent()) {
      boolean commandNeeded = container.entrypoint().isEmpty();
      var planned =
          ApplicationPlanner.plan(
              spec.application().get(), memo, files, commandNeeded, mistakes, parallel);
      forEvery.addAll(planned.layers());
      container = commandNeeded ? container.withDefaultEntrypoint(planned.command()) : container;
    }
    List<Entry> forAll = new ArrayList<>();
    Map<Platform, List<Entry>> forOne = new LinkedHashMap<>();
    for (FileSet set : spec.files()) {
      if (spec.selected().stream().noneMatch(set::isFor)) {
        // What other jobs are to make for their platforms need not be here.
        continue;
      }
      List<Entry> entries = FilePlanner.plan(set, files, mistakes);
      if (set.platforms().isEmpty()) {
        forAll.addAll(entries);
      } else {
        for (Platform platform : spec.platforms()) {
          if (set.isFor(platform)) {
            forOne.computeIfAbsent(platform, p -> new ArrayList<>()).addAll(entries);
          }
        }
      }
    }
    forEvery.add(new NamedEntries(FILES, forAll));
    // Remembered for the layers in which they are only parents. Shared layers know of no platform's
    // own: they must be the same in jobs that do not build it.
    Map<String, Entry> directories = new HashMap<>();
    for (NamedEntries layer : forEvery) {
      note(directories, layer.entries());
    }
    List<LayerPlan> shared = new ArrayList<>();
    for (NamedEntries layer : forEvery) {
      add(shared, layer.name(), layer.entries(), directories);
    }
    Map<Platform, List<LayerPlan>> own = new LinkedHashMap<>();
    for (Platform platform : spec.selected()) {
      List<Entry> entries = forOne.getOrDefault(platform, List.of());
      Map<String, Entry> known = new HashMap<>(directories);
      note(known, entries);
      List<LayerPlan> layers = new ArrayList<>();
      add(layers, "platform files", entries, known);
      own.put(platform, layers);
    }
    Content content = new Content(List.copyOf(shared), own, container);
    for (Platform platform : spec.selected()) {
      findConflicts(content.of(platform));
    }
    return content;
  }

  private static void note(Map<String, Entry> directories, List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.content() instanceof Entry.Directory) {
        directories.put(entry.path(), entry);
      }
    }
  }

  private void add(
      List<LayerPlan> layers, String name, List<Entry> entries, Map<String, Entry> directories) {
    if (entries.isEmpty()) {
      return;
    }
    layers.add(LayerPlan.of(name, withoutConflicts(entries), onBase, directories));
  }

  /** Of two entries for one path the later, when they are the same in effect; else a mistake. */
  private List<Entry> withoutConflicts(List<Entry> entries) {
    Map<String, Entry> byPath = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (!SAYS_ALL_NAMES && entry.path().indexOf(UNSAYABLE) >= 0) {
        mistakes.add(
            FILES,
            "this JVM cannot say the name of %s in the system's character set; set LC_ALL=C.UTF-8"
                .formatted(entry.path()));
      }
      Entry other = byPath.put(entry.path(), entry);
      if (other != null) {
        compare(other, entry);
      }
    }
    return List.copyOf(byPath.values());
  }

  private void findConflicts(List<LayerPlan> layers) {
    Map<String, Entry> seen = new HashMap<>();
    for (LayerPlan layer : layers) {
      for (Entry entry : layer.entries()) {
        Entry other = seen.put(entry.path(), entry);
        if (other != null) {
          compare(other, entry);
        }
      }
    }
    for (Entry entry : seen.values()) {
      String parent = entry.path().substring(0, entry.path().lastIndexOf('/'));
      Entry above = seen.get(parent);
      if (above != null && !(above.content() instanceof Entry.Directory)) {
        mistakes.add(
            FILES,
            "%s lies in %s, which is no folder but %s"
                .formatted(entry.path(), parent, describe(above)));
      }
    }
  }

  private void compare(Entry one, Entry two) {
    boolean files = one.content() instanceof Entry.File;
    boolean sameRights = one.mode() == two.mode() && one.owner().equals(two.owner());
    if (!sameContent(one, two) || files && !sameRights) {
      mistakes.add(
          FILES,
          "two different things for "
              + one.path()
              + ": "
              + describe(one)
              + " and "
              + describe(two)
              + "; an image can hold one");
    }
  }

  private static boolean sameContent(Entry one, Entry two) {
    if (one.content() instanceof Entry.File a && two.content() instanceof Entry.File b) {
      try {
        return a.source().equals(b.source()) || Files.mismatch(a.source(), b.source()) < 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return one.content().equals(two.content());
  }

  private static String describe(Entry entry) {
    if (entry.content() instanceof Entry.File file) {
      return "%s (%o, %s)".formatted(file.source(), entry.mode(), entry.owner());
    }
    return entry.content() instanceof Entry.Link link ? "a link to " + link.target() : "a folder";
  }
}
