package dev.multiarch.report;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.Configs;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An image as a tree: the index, its platforms, their layers, and which layers are shared. */
public final class ImageTree {

  private final Store store;

  public ImageTree(Store store) {
    this.store = store;
  }

  /**
   * Draws what a tag names.
   *
   * @return the lines of the drawing
   * @throws StoreException if the tag names nothing
   * @throws IOException if the store could not be read
   */
  public List<String> draw(String tag) throws IOException {
    Document top = document(tag);
    List<String> lines = new ArrayList<>();
    lines.add(store.name() + ":" + tag);
    if (!top.isIndex()) {
      lines.add("manifest " + top.digest());
      layers(top, Map.of(), "", lines);
      return lines;
    }
    Index index = Index.of(top);
    lines.add("index " + top.digest());
    List<Document> children = new ArrayList<>();
    for (Descriptor child : index.manifests()) {
      children.add(document(child.digest().toString()));
    }
    Map<Digest, Integer> uses = uses(children);
    for (int i = 0; i < children.size(); i++) {
      boolean last = i == children.size() - 1;
      Document child = children.get(i);
      String platform =
          index.manifests().get(i).platform().map(Platform::toString).orElse("no platform");
      lines.add(
          "%s %s  %s  %s"
              .formatted(last ? "└─" : "├─", platform, child.digest(), Sizes.format(size(child))));
      layers(child, uses, last ? "   " : "│  ", lines);
    }
    return lines;
  }

  private static Map<Digest, Integer> uses(List<Document> children) {
    Map<Digest, Integer> uses = new HashMap<>();
    for (Document child : children) {
      child.blobs().stream()
          .map(Descriptor::digest)
          .distinct()
          .forEach(digest -> uses.merge(digest, 1, Integer::sum));
    }
    return uses;
  }

  private static long size(Document manifest) {
    return manifest.descriptor().size()
        + manifest.blobs().stream().mapToLong(Descriptor::size).sum();
  }

  private void layers(
      Document document, Map<Digest, Integer> uses, String indent, List<String> lines)
      throws IOException {
    Manifest manifest = Manifest.of(document);
    List<String> names = names(manifest);
    List<Descriptor> layers = manifest.layers();
    for (int i = 0; i < layers.size(); i++) {
      Descriptor layer = layers.get(i);
      int others = uses.getOrDefault(layer.digest(), 1) - 1;
      lines.add(
          "%s%s %s  %s  %s%s"
              .formatted(
                  indent,
                  i == layers.size() - 1 ? "└─" : "├─",
                  layer.digest().abbreviated(),
                  Sizes.format(layer.size()),
                  names.get(i),
                  others > 0 ? "  (shared)" : ""));
    }
  }

  /** What the config's history says of each layer. */
  private List<String> names(Manifest manifest) throws IOException {
    List<String> names = new ArrayList<>(Configs.read(store, manifest).layerComments());
    while (names.size() < manifest.layers().size()) {
      names.add("");
    }
    return names;
  }

  private Document document(String reference) throws IOException {
    return store
        .document(reference)
        .orElseThrow(
            () ->
                new StoreException(
                    "%s has no %s".formatted(store.name(), reference), "Deploy the image first."));
  }
}
