package dev.multiarch.image;

import dev.multiarch.image.ApplicationPlanner.NamedEntries;
import dev.multiarch.layer.Entry;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.oci.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans the layers of an image and finds what is wrong with its content. */
final class ContentPlanner {

  private static final String FILES = "files";

  private final ImageSpec spec;
  private final Mistakes mistakes;
  private final boolean onBase;

  ContentPlanner(ImageSpec spec, Mistakes mistakes) {
    this.spec = spec;
    this.mistakes = mistakes;
    this.onBase = !(spec.from() instanceof Base.Scratch);
  }

  Content plan() throws IOException {
    List<LayerPlan> shared = new ArrayList<>();
    ContainerSettings container = spec.container();
    if (spec.application().isPresent()) {
      boolean commandNeeded = container.entrypoint().isEmpty();
      var program = ApplicationPlanner.plan(spec.application().get(), commandNeeded, mistakes);
      for (NamedEntries layer : program.layers()) {
        add(shared, layer.name(), layer.entries());
      }
      container = commandNeeded ? container.withDefaultEntrypoint(program.command()) : container;
    }
    List<Entry> forAll = new ArrayList<>();
    Map<Platform, List<Entry>> forOne = new LinkedHashMap<>();
    for (FileSet set : spec.files()) {
      List<Entry> entries = FilePlanner.plan(set, mistakes);
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
    add(shared, FILES, forAll);
    Map<Platform, List<LayerPlan>> own = new LinkedHashMap<>();
    for (Platform platform : spec.selected()) {
      List<LayerPlan> layers = new ArrayList<>();
      add(layers, "files for the platform", forOne.getOrDefault(platform, List.of()));
      own.put(platform, layers);
    }
    Content content = new Content(List.copyOf(shared), own, container);
    spec.selected().forEach(platform -> findConflicts(content.of(platform)));
    return content;
  }

  private void add(List<LayerPlan> layers, String name, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    layers.add(LayerPlan.of(name, withoutConflicts(entries), onBase));
  }

  /** Of two entries for one path the later, when they are the same in effect; else a mistake. */
  private List<Entry> withoutConflicts(List<Entry> entries) {
    Map<String, Entry> byPath = new LinkedHashMap<>();
    for (Entry entry : entries) {
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
  }

  private void compare(Entry one, Entry two) {
    if (!sameContent(one, two)) {
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
        throw new java.io.UncheckedIOException(e);
      }
    }
    return one.content().equals(two.content());
  }

  private static String describe(Entry entry) {
    if (entry.content() instanceof Entry.File file) {
      return file.source().toString();
    }
    return entry.content() instanceof Entry.Link link ? "a link to " + link.target() : "a folder";
  }
}
