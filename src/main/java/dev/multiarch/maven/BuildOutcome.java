package dev.multiarch.maven;

import dev.multiarch.assembly.Coordinates;
import dev.multiarch.assembly.DigestRecord;
import dev.multiarch.assembly.ImageSummary;
import dev.multiarch.assembly.Workspace;
import dev.multiarch.image.Base;
import dev.multiarch.image.BuiltImage;
import dev.multiarch.image.BuiltImage.PlatformImage;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.layer.Layer;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Reference;
import dev.multiarch.report.Sizes;
import dev.multiarch.store.LayoutStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** What is told of a finished build: to the layout, to files, to people. */
record BuildOutcome(ImageSpec spec, Destination destination, BuiltImage built) {

  /** Marks the entry of a layout's index that belongs to an image, whatever its tag. */
  private static final String IMAGE_ID = "dev.multiarch.image.id";

  /** Makes the layout name the image, and forget what it named before. */
  void link(LayoutStore layout, String imageId) throws IOException {
    String first = destination.tags().get(0);
    // Readers take one image under a name, so images of one module must not share theirs.
    String tag = imageId.equals(Workspace.DEFAULT_ID) ? first : imageId + "-" + first;
    Descriptor entry =
        built
            .index()
            .document()
            .descriptor()
            .withAnnotation(LayoutStore.REF_NAME, tag)
            .withAnnotation(IMAGE_ID, imageId);
    layout.rewriteIndex(
        entries -> {
          List<Descriptor> changed = new ArrayList<>(entries);
          changed.removeIf(e -> imageId.equals(e.annotations().get(IMAGE_ID)));
          changed.add(entry);
          return changed;
        });
    layout.prune();
  }

  ImageSummary summary() {
    return new ImageSummary(
        destination.repository().toString(),
        destination.tags(),
        Optional.of(built.index().document().descriptor()).filter(d -> spec.isComplete()),
        spec.created().toString(),
        built.baseName(),
        built.baseDigest().map(Digest::toString),
        built.baseRepository().map(m -> Reference.parse(m.registry() + "/" + m.repository())),
        built.platforms().stream().map(BuildOutcome::entry).toList(),
        false);
  }

  private static ImageSummary.Built entry(PlatformImage image) {
    return new ImageSummary.Built(
        image.platform(),
        image.manifest().document().descriptor(),
        image.size(),
        image.baseLayers());
  }

  List<DigestRecord> records(String imageId, Coordinates coordinates, Optional<String> revision) {
    return built.platforms().stream()
        .map(
            image ->
                new DigestRecord(
                    imageId,
                    destination.name(),
                    image.platform(),
                    image.manifest().document().descriptor(),
                    built.baseName(),
                    built.baseDigest().map(Digest::toString),
                    coordinates,
                    revision,
                    spec.platforms()))
        .toList();
  }

  void report(Log log) {
    log.info(
        destination.repository()
            + " on "
            + spec.from()
            + built
                .baseDigest()
                .filter(digest -> !(spec.from() instanceof Base.Sibling))
                .filter(digest -> !spec.from().toString().contains("@"))
                .map(digest -> "@" + digest.abbreviated())
                .orElse(""));
    int width = 6;
    for (PlatformImage image : built.platforms()) {
      width = Math.max(width, image.platform().toString().length());
    }
    if (!built.shared().isEmpty()) {
      log.info("  " + pad("shared", width) + "  " + list(built.shared()));
    }
    for (PlatformImage image : built.platforms()) {
      log.info(
          "  %s  %s  %s%s"
              .formatted(
                  pad(image.platform().toString(), width),
                  image.manifest().document().digest(),
                  Sizes.format(image.size()),
                  image.own().isEmpty() ? "" : ", own " + list(image.own())));
    }
    if (!spec.isComplete()) {
      log.info("  not built here: " + PlatformSelection.join(spec.missing()));
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String list(List<Layer> layers) {
    return layers.stream()
        .map(
            layer ->
                "%s %s%s"
                    .formatted(
                        layer.name(),
                        Sizes.format(layer.blob().size()),
                        layer.reused() ? " (reused)" : ""))
        .collect(Collectors.joining(", "));
  }
}
