package dev.multiarch.bench;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.Layer;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.layer.LayerBuilder;
import dev.multiarch.layer.LayerCache;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.Owner;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes one layer of the files in a folder, as a process of its own. */
public final class OneLayer {

  private OneLayer() {}

  /**
   * @param arguments the folder, and one for the layer and what is remembered of it
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path cache = Path.of(arguments[1]);
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.skip(1).toList()) {
        String path = "/" + folder.relativize(file).toString().replace('\\', '/');
        entries.add(
            Files.isDirectory(file)
                ? Entry.directory(path, Owner.ROOT)
                : new Entry(
                    path,
                    new Entry.File(file),
                    Entry.FILE_MODE,
                    Entry.EPOCH_PLUS_SECOND,
                    Owner.ROOT));
      }
    }
    Layer layer =
        new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, new SeenFiles()))
            .build(LayerPlan.of("files", entries, true));
    System.out.println(layer.blob().digest() + " " + layer.blob().size());
  }
}
