package dev.multiarch.bench;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.Layer;
import dev.multiarch.layer.LayerBuilder;
import dev.multiarch.layer.LayerCache;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makes one layer of the files in a folder, as a process of its own. */
public final class OneLayer {

  private OneLayer() {}

  /**
   * @param arguments the folder, and one for the layer and what is remembered of it
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path cache = Path.of(arguments[1]);
    SeenFiles seen = new SeenFiles(cache, Instant.now());
    FileTree tree = seen.tree(folder);
    List<Entry> entries = new ArrayList<>();
    for (Path one : tree.folders()) {
      if (!one.equals(folder)) {
        entries.add(Entry.directory(place(folder, one), Owner.ROOT));
      }
    }
    for (Path file : tree.files()) {
      entries.add(
          new Entry(
              place(folder, file),
              new Entry.File(file),
              Entry.FILE_MODE,
              Entry.EPOCH_PLUS_SECOND,
              Owner.ROOT));
    }
    Layer layer =
        new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, seen))
            .build(LayerPlan.of("files", entries, true));
    seen.save();
    System.out.println(layer.blob().digest() + " " + layer.blob().size());
  }

  private static String place(Path folder, Path file) {
    return "/" + folder.relativize(file).toString().replace('\\', '/');
  }
}
