package dev.multiarch.image;

import dev.multiarch.image.BuiltImage.PlatformImage;
import dev.multiarch.layer.Layer;
import dev.multiarch.layer.LayerBuilder;
import dev.multiarch.layer.LayerCache;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Format;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.MediaType;
import dev.multiarch.oci.Platform;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Stores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Builds images: the layers, and beside them the base and its blobs, then a config and a manifest a
 * platform, then the index that names them.
 */
public final class ImageBuilder {

  private static final String CREATED_BY = "multiarch-maven-plugin";
  private static final int LAYERS_AT_ONCE = 4;

  private final LayoutStore cache;
  private final BaseResolver bases;
  private final LayerBuilder layers;
  private final Parallel parallel;

  /**
   * @param stores opens the registries that bases come from
   * @param cache what is kept from build to build
   * @param files looks at the files of layers, and reads those of layers that may be there already
   * @param offline whether registries may not be asked
   */
  public ImageBuilder(
      Stores stores, LayoutStore cache, SeenFiles files, Parallel parallel, boolean offline) {
    this.cache = cache;
    this.bases = new BaseResolver(stores, cache, parallel, offline);
    this.layers = new LayerBuilder(cache.blobs(), new LayerCache(cache.root(), files));
    this.parallel = parallel;
  }

  /** Begins to ask what a base is, while other things are prepared. */
  public void ask(Base base) {
    bases.ask(base);
  }

  /**
   * Whether a base is still the one of this digest: a tag may have moved.
   *
   * @throws IOException if its registry could not be asked
   */
  public boolean isStill(Base base, Optional<Digest> digest) throws IOException {
    return bases.isStill(base, digest);
  }

  /** Builds the selected platforms of an image, with all that they consist of. */
  public BuiltImage build(ImagePlan plan, LayoutStore target) throws IOException {
    return build(plan, target, LayoutContent.COMPLETE);
  }

  /**
   * Builds the selected platforms of an image.
   *
   * @param target the layout that gets documents and blobs; tagging them is left to the caller
   * @throws ConfigurationException if the base does not fit, before anything was written to the
   *     target
   * @throws IOException if a file, a store or the disk failed
   */
  public BuiltImage build(ImagePlan plan, LayoutStore target, LayoutContent wanted)
      throws IOException {
    ImageSpec spec = plan.spec();
    Content content = plan.content();
    Map<LayerPlan, Layer> built = new ConcurrentHashMap<>();
    ResolvedBase base;
    // Threads of their own, so that the base's few documents need not wait for large layers.
    try (Parallel making = new Parallel(1 + LAYERS_AT_ONCE)) {
      AtomicBoolean failed = new AtomicBoolean();
      List<Parallel.Begun<Layer>> begun = new ArrayList<>();
      for (LayerPlan layer : content.distinct()) {
        begun.add(making.begin(() -> make(layer, built, failed)));
      }
      base = bases.resolve(spec.from(), spec.selected());
      checkFormat(spec, base);
      List<BaseBlob> needed = new ArrayList<>();
      for (BaseBlob blob : baseBlobs(base).values()) {
        if (!mayStay(blob, base, wanted) && target.blobs().find(blob.blob()).isEmpty()) {
          needed.add(blob);
        }
      }
      parallel.forEach(
          needed,
          blob -> {
            if (!failed.get()) {
              fetch(blob, target);
            }
          });
      for (Parallel.Begun<Layer> layer : begun) {
        target.put(cache.blob(layer.get().blob()));
      }
    }
    Parts parts = new Parts(spec, base, content, built, target);
    List<PlatformImage> images = parallel.map(spec.selected(), platform -> image(platform, parts));
    List<Descriptor> manifests = new ArrayList<>();
    for (PlatformImage image : images) {
      manifests.add(image.manifest().document().descriptor().withPlatform(image.platform()));
    }
    Index index = Index.create(spec.format(), manifests);
    target.put(index.document());
    return new BuiltImage(
        index,
        base.name(),
        base.digest(),
        base.repository(),
        layers(content.shared(), built),
        images);
  }

  private Layer make(LayerPlan plan, Map<LayerPlan, Layer> built, AtomicBoolean failed)
      throws IOException {
    boolean done = false;
    try {
      Layer layer = layers.build(plan);
      built.put(plan, layer);
      done = true;
      return layer;
    } finally {
      if (!done) {
        failed.set(true);
      }
    }
  }

  private static void checkFormat(ImageSpec spec, ResolvedBase base) {
    Mistakes mistakes = new Mistakes();
    for (ResolvedBase.Image image : base.images().values()) {
      List<String> types = new ArrayList<>();
      for (Descriptor layer : image.layerDescriptors()) {
        types.add(layer.mediaType());
      }
      mistakes.parseAll("format", types, spec.format()::layerLike);
    }
    mistakes.throwIfAny();
  }

  /** A layer of a base, and the store that has it. */
  private record BaseBlob(Descriptor blob, Store source) {}

  private static Map<Digest, BaseBlob> baseBlobs(ResolvedBase base) {
    Map<Digest, BaseBlob> blobs = new LinkedHashMap<>();
    for (ResolvedBase.Image image : base.images().values()) {
      for (Descriptor layer : image.layerDescriptors()) {
        if (!MediaType.isForeignLayer(layer.mediaType())) {
          blobs.putIfAbsent(layer.digest(), new BaseBlob(layer, image.layers().orElseThrow()));
        }
      }
    }
    return blobs;
  }

  /** Whether a layer of the base is left where it is: for a sparse layout, in a registry. */
  private static boolean mayStay(BaseBlob layer, ResolvedBase base, LayoutContent wanted) {
    if (wanted == LayoutContent.COMPLETE || base.repository().isEmpty()) {
      return false;
    }
    // What lies on this disk costs a link, unless it was left out there as well.
    return !(layer.source() instanceof LayoutStore layout)
        || layout.blobs().find(layer.blob()).isEmpty();
  }

  /** A layer of the base: from the registry into the cache, and from there by link. */
  private void fetch(BaseBlob wanted, LayoutStore target) throws IOException {
    Descriptor blob = wanted.blob();
    if (wanted.source() instanceof LayoutStore layout) {
      if (layout.blobs().find(blob).isEmpty()) {
        throw new StoreException(
            "%s lacks the layer %s of the base".formatted(layout.name(), blob.digest()),
            "If the base was built with layout=sparse, build it with -Dmultiarch.layout=complete;"
                + " else copy it again.");
      }
      target.put(layout.blob(blob));
      return;
    }
    if (cache.blobs().find(blob).isPresent()) {
      cache.blobs().used(blob.digest());
    } else {
      cache.put(wanted.source().blob(blob));
    }
    target.put(cache.blob(blob));
  }

  /** What the images of all platforms are made of, and where they go. */
  private record Parts(
      ImageSpec spec,
      ResolvedBase base,
      Content content,
      Map<LayerPlan, Layer> built,
      LayoutStore target) {}

  private static PlatformImage image(Platform platform, Parts parts) throws IOException {
    ImageSpec spec = parts.spec;
    ResolvedBase base = parts.base;
    Content content = parts.content;
    Map<LayerPlan, Layer> built = parts.built;
    LayoutStore target = parts.target;
    ResolvedBase.Image below = base.images().get(platform);
    Format format = spec.format();
    List<Descriptor> descriptors = new ArrayList<>();
    for (Descriptor layer : below.layerDescriptors()) {
      descriptors.add(layer.withMediaType(format.layerLike(layer.mediaType())));
    }
    int baseLayers = descriptors.size();

    ImageConfig config =
        content
            .container()
            .applyTo(
                below
                    .config()
                    .withCreated(spec.created())
                    .withPlatform(platform)
                    .withRootfs()
                    .withCompleteHistory(spec.created()));
    if (format == Format.DOCKER) {
      config = withBaseLabels(config, base);
    }
    for (LayerPlan wanted : content.of(platform)) {
      Layer layer = built.get(wanted);
      descriptors.add(layer.blob().withMediaType(format.layer()));
      config = config.withLayer(layer.diffId(), spec.created(), CREATED_BY, wanted.name());
    }
    byte[] bytes = config.bytes();
    Descriptor configBlob = Descriptor.of(format.config(), Digest.of(bytes), bytes.length);
    target.blobs().write(configBlob.digest(), bytes);
    Manifest manifest = Manifest.create(format, configBlob, descriptors, baseNotes(base));
    target.put(manifest.document());
    return new PlatformImage(
        platform, manifest, baseLayers, layers(content.own().get(platform), built));
  }

  private static List<Layer> layers(List<LayerPlan> plans, Map<LayerPlan, Layer> built) {
    List<Layer> layers = new ArrayList<>();
    for (LayerPlan plan : plans) {
      layers.add(built.get(plan));
    }
    return List.copyOf(layers);
  }

  private static Map<String, String> baseNotes(ResolvedBase base) {
    Map<String, String> notes = new LinkedHashMap<>();
    if (base.digest().isPresent()) {
      notes.put(Manifest.BASE_DIGEST, base.digest().get().toString());
    }
    if (base.name().isPresent()) {
      notes.put(Manifest.BASE_NAME, base.name().get());
    }
    return notes;
  }

  /** Docker's manifests have no annotations: the base is named where its images have notes. */
  private static ImageConfig withBaseLabels(ImageConfig config, ResolvedBase base) {
    Map<String, String> notes = baseNotes(base);
    return notes.isEmpty()
        ? config
        : config.withSettings(json -> notes.forEach(Json.objectIn(json, "Labels")::addProperty));
  }
}
