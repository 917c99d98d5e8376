package dev.multiarch.image;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.ImageConfig;
import dev.multiarch.oci.Index;
import dev.multiarch.oci.Manifest;
import dev.multiarch.oci.Platform;
import dev.multiarch.oci.Reference;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Configs;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.LayoutStore;
import dev.multiarch.store.Parallel;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Stores;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Finds out what a base is for each platform. Documents that came from a registry are kept in the
 * cache, so a tag that did not move costs one question, and a digest none.
 */
final class BaseResolver {

  private static final String PARAMETER = "from";

  private final Stores stores;
  private final LayoutStore cache;
  private final BaseTags tags;
  private final Parallel parallel;
  private final boolean offline;
  private final Map<String, Parallel.Begun<Descriptor>> asked = new ConcurrentHashMap<>();

  BaseResolver(Stores stores, LayoutStore cache, Parallel parallel, boolean offline) {
    this.stores = stores;
    this.cache = cache;
    this.tags = new BaseTags(cache.root());
    this.parallel = parallel;
    this.offline = offline;
  }

  /**
   * @throws ConfigurationException if there is no such base, it lacks a platform, or it is not
   *     cached and may not be asked for
   * @throws IOException if it could not be read
   */
  ResolvedBase resolve(Base base, List<Platform> platforms) throws IOException {
    try {
      return find(base, platforms);
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "the base %s is not a usable image: %s".formatted(base, e.getMessage()),
          "Check what it is, and that it was copied whole.");
    }
  }

  private ResolvedBase find(Base base, List<Platform> platforms) throws IOException {
    if (base instanceof Base.Scratch) {
      Map<Platform, ResolvedBase.Image> empty = new LinkedHashMap<>();
      platforms.forEach(p -> empty.put(p, ResolvedBase.Image.nothing()));
      return new ResolvedBase(Optional.empty(), Optional.empty(), empty, Optional.empty());
    }
    if (base instanceof Base.Layout layout) {
      LayoutStore store = new LayoutStore(layout.folder());
      Document top = fromLayout(layout, store);
      return resolve(base, Optional.empty(), top, new Source(store, store), platforms);
    }
    if (base instanceof Base.Sibling sibling) {
      return sibling(sibling, platforms);
    }
    Base.Remote remote = (Base.Remote) base;
    Source source = new Source(stores.open(remote.repository()), cache);
    Document top = fromRegistry(remote.reference(), source);
    Optional<String> name = Optional.of(remote.reference().toString());
    ResolvedBase resolved = resolve(base, name, top, source, platforms);
    if (remote.reference().digest().isEmpty()) {
      tags.remember(remote.reference(), top.descriptor());
    }
    return resolved;
  }

  /**
   * Where documents of a base come from, and where they are kept.
   *
   * @param store the base's own
   * @param kept the cache, or the base's own store where it lies on this disk anyway
   */
  private record Source(Store store, LayoutStore kept) {}

  private ResolvedBase resolve(
      Base base, Optional<String> name, Document top, Source source, List<Platform> platforms)
      throws IOException {
    Map<Platform, Descriptor> chosen = choose(base, top, source, platforms);
    List<ResolvedBase.Image> images =
        parallel.map(platforms, p -> image(base, p, chosen.get(p).digest(), source));
    Map<Platform, ResolvedBase.Image> byPlatform = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      byPlatform.put(platforms.get(i), images.get(i));
    }
    Optional<Blob.Mountable> repository =
        base instanceof Base.Remote remote ? mountable(remote.repository()) : Optional.empty();
    return new ResolvedBase(name, Optional.of(top.digest()), byPlatform, repository);
  }

  private static Optional<Blob.Mountable> mountable(Repository repository) {
    return repository instanceof Repository.Remote remote
        ? Optional.of(new Blob.Mountable(remote.registry(), remote.path()))
        : Optional.empty();
  }

  private ResolvedBase sibling(Base.Sibling base, List<Platform> platforms) throws IOException {
    List<ResolvedBase.Image> images =
        parallel.map(
            platforms,
            platform -> {
              Base.Part part = base.parts().get(platform);
              Store store = stores.open(part.repository());
              LayoutStore kept = store instanceof LayoutStore layout ? layout : cache;
              return image(base, platform, part.manifest(), new Source(store, kept));
            });
    Map<Platform, ResolvedBase.Image> byPlatform = new LinkedHashMap<>();
    for (int i = 0; i < images.size(); i++) {
      byPlatform.put(platforms.get(i), images.get(i));
    }
    return new ResolvedBase(
        inherited(images, Manifest.BASE_NAME),
        inherited(images, Manifest.BASE_DIGEST).map(Digest::parse),
        byPlatform,
        mountable(base.published()));
  }

  /** What the platforms of a sibling say of their own base, if they all say the same. */
  private static Optional<String> inherited(List<ResolvedBase.Image> images, String note) {
    Set<Optional<String>> said =
        images.stream()
            .map(
                image ->
                    Optional.ofNullable(image.manifest().orElseThrow().annotations().get(note))
                        .or(() -> Optional.ofNullable(image.config().labels().get(note))))
            .collect(Collectors.toSet());
    return said.size() == 1 ? said.iterator().next() : Optional.empty();
  }

  private Document fromLayout(Base.Layout base, LayoutStore store) throws IOException {
    if (!store.exists()) {
      throw new ConfigurationException(PARAMETER, base.folder() + " is not an OCI image layout");
    }
    Optional<Document> found;
    if (base.target().isPresent()) {
      found = store.document(base.target().get());
    } else {
      List<Descriptor> entries = store.entries();
      if (entries.size() > 1) {
        throw new ConfigurationException(
            PARAMETER, base + " holds several images, name one: " + references(entries));
      }
      found =
          entries.isEmpty() ? Optional.empty() : store.document(entries.get(0).digest().toString());
    }
    return found.orElseThrow(() -> missingFromLayout(base, store));
  }

  private static ConfigurationException missingFromLayout(Base.Layout base, LayoutStore store) {
    try {
      return new ConfigurationException(
          PARAMETER, base + " does not exist; the layout holds " + references(store.entries()));
    } catch (IOException e) {
      return new ConfigurationException(PARAMETER, e.getMessage());
    }
  }

  private static String references(List<Descriptor> entries) {
    return entries.isEmpty()
        ? "nothing"
        : entries.stream()
            .map(e -> e.annotations().getOrDefault(LayoutStore.REF_NAME, e.digest().toString()))
            .sorted()
            .collect(Collectors.joining(", "));
  }

  private Document fromRegistry(Reference reference, Source source) throws IOException {
    if (reference.digest().isPresent()) {
      return document(reference.target(), source, reference.toString());
    }
    return document(now(reference).digest().toString(), source, reference.toString());
  }

  /** What a tag names now: as its registry says, or offline as it said last. */
  private Descriptor now(Reference reference) throws IOException {
    Parallel.Begun<Descriptor> answer = asked.get(reference.toString());
    return answer == null ? look(reference) : answer.get();
  }

  private Descriptor look(Reference reference) throws IOException {
    if (offline) {
      return tags.last(reference).orElseThrow(() -> offlineMistake(reference.toString()));
    }
    Store store = stores.open(new Base.Remote(reference).repository());
    if (tags.isKnown(reference)) {
      Optional<Descriptor> now = store.resolve(reference.target());
      if (now.isEmpty()) {
        throw missing(reference);
      }
      return now.get();
    }
    Document document = store.document(reference.target()).orElseThrow(() -> missing(reference));
    cache.put(document);
    return document.descriptor();
  }

  /** Begins to ask what a base is, so that the answer is there when it is wanted. */
  void ask(Base base) {
    if (base instanceof Base.Remote remote && remote.reference().digest().isEmpty()) {
      asked.computeIfAbsent(
          remote.reference().toString(), name -> parallel.begin(() -> look(remote.reference())));
    }
  }

  /** Whether a base is still the one of this digest. */
  boolean isStill(Base base, Optional<Digest> digest) throws IOException {
    return !(base instanceof Base.Remote remote)
        || remote.reference().digest().isPresent()
        || digest.equals(Optional.of(now(remote.reference()).digest()));
  }

  private static ConfigurationException missing(Reference reference) {
    return new ConfigurationException(
        PARAMETER,
        reference + " does not exist in its registry (or may not be read); check name and tag");
  }

  private static ConfigurationException offlineMistake(String name) {
    return new ConfigurationException(
        PARAMETER, name + " is not in the cache, and Maven is offline; build once without -o");
  }

  /** A document by digest: kept once, it is never asked for again. */
  private Document document(String digest, Source source, String name) throws IOException {
    Optional<Document> kept = kept(digest, source);
    if (kept.isPresent()) {
      return kept.get();
    }
    if (offline && source.kept() == cache) {
      throw offlineMistake(name);
    }
    Document document =
        source
            .store()
            .document(digest)
            .orElseThrow(
                () ->
                    new StoreException(
                        "%s lacks %s of the base %s".formatted(source.store().name(), digest, name),
                        "Check the digest; the base may have been deleted since."));
    source.kept().put(document);
    return document;
  }

  /** What is damaged in the cache is as good as not there. */
  private Optional<Document> kept(String digest, Source source) throws IOException {
    try {
      return source.kept().document(digest);
    } catch (DamagedContentException e) {
      if (source.kept() != cache) {
        throw e;
      }
      cache.blobs().forget(Digest.parse(digest));
      return Optional.empty();
    }
  }

  private Map<Platform, Descriptor> choose(
      Base base, Document top, Source source, List<Platform> platforms) throws IOException {
    Optional<Index> index = top.isIndex() ? Optional.of(Index.of(top)) : Optional.empty();
    List<Platform> offered =
        index.isPresent()
            ? index.get().platforms()
            : List.of(config(Manifest.of(top), source, base.toString()).platform());
    Mistakes mistakes = new Mistakes();
    Map<Platform, Descriptor> chosen = new LinkedHashMap<>();
    for (Platform platform : platforms) {
      if (index.isPresent()) {
        Optional<Descriptor> best = index.get().bestFor(platform);
        if (best.isPresent()) {
          chosen.put(platform, best.get());
        }
      } else if (platform.distanceTo(offered.get(0)).isPresent()) {
        chosen.put(platform, top.descriptor());
      }
      if (!chosen.containsKey(platform)) {
        mistakes.add(PARAMETER, "%s has no %s; it has %s".formatted(base, platform, list(offered)));
      }
    }
    mistakes.throwIfAny();
    return chosen;
  }

  private static String list(List<Platform> platforms) {
    return platforms.stream().map(Platform::toString).distinct().collect(Collectors.joining(", "));
  }

  private ResolvedBase.Image image(Base base, Platform platform, Digest digest, Source source)
      throws IOException {
    Manifest manifest = Manifest.of(document(digest.toString(), source, base.toString()));
    ImageConfig config = config(manifest, source, base.toString());
    Platform said = config.platform();
    if (!said.os().equals(platform.os()) || !said.architecture().equals(platform.architecture())) {
      throw new ConfigurationException(
          PARAMETER,
          "%s lists %s as %s, but its config says %s; the base is mislabelled"
              .formatted(base, digest, platform, said));
    }
    if (config.diffIds().size() != manifest.layers().size()) {
      throw new ConfigurationException(
          PARAMETER,
          "%s: the manifest %s has %d layers, its config %d"
              .formatted(base, digest, manifest.layers().size(), config.diffIds().size()));
    }
    return new ResolvedBase.Image(Optional.of(manifest), config, Optional.of(source.store()));
  }

  private ImageConfig config(Manifest manifest, Source source, String name) throws IOException {
    Descriptor descriptor = manifest.config();
    Configs.requireSize(source.store(), descriptor);
    try {
      keep(descriptor, source, name);
      try {
        return Configs.read(source.kept(), manifest);
      } catch (DamagedContentException e) {
        if (source.kept() != cache) {
          throw e;
        }
        cache.blobs().forget(descriptor.digest());
        keep(descriptor, source, name);
        return Configs.read(cache, manifest);
      }
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "the config %s of %s is damaged: %s".formatted(descriptor.digest(), name, e.getMessage()),
          "Check what the base is.",
          e);
    }
  }

  private void keep(Descriptor blob, Source source, String name) throws IOException {
    if (source.kept().blobs().find(blob).isEmpty()) {
      if (offline) {
        throw offlineMistake(name);
      }
      source.kept().put(source.store().blob(blob));
    }
  }
}
