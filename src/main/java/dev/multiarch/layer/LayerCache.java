package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which layer came of which content. A key is made of what ends up in the layer, so
 * neither the time nor the place of a file counts, and two machines' caches combine by copying.
 *
 * <p>Under its root:
 *
 * <ul>
 *   <li>{@code layers/}: the {@link LayerRecords}, good on every machine;
 *   <li>{@code stat/}: what this machine's file system says of files whose content is known: in
 *       {@code stat/files} per file ({@link SeenFiles}), and in {@code stat/plans} for all files of
 *       a layer at once, so that an unchanged layer costs one small read. It may be lost or left
 *       behind.
 * </ul>
 *
 * <p>Several builds may use a cache at once, without locks. If the root is an image layout too, its
 * blobs are kept below a limit ({@link CacheSweep}, which leaves the file {@code swept}).
 */
public final class LayerCache {

  /** How many bytes of blobs a cache holds unless told otherwise: 10 GiB. */
  public static final long DEFAULT_LIMIT = 10L << 30;

  private final LayerRecords records;
  private final Path plans;
  private final CacheSweep sweep;
  private final SeenFiles files;

  /**
   * @param root the folder of the cache; the layers' own are made in it
   * @param files looks at the files of layers, and reads those that were changed
   */
  public LayerCache(Path root, SeenFiles files) {
    this(root, files, DEFAULT_LIMIT);
  }

  /**
   * @param root the folder of the cache
   * @param files looks at the files of layers, and reads those that were changed
   * @param limit how many bytes of blobs may lie there; what was not used for longest goes first
   */
  public LayerCache(Path root, SeenFiles files, long limit) {
    this.files = files;
    this.records = new LayerRecords(root.resolve("layers"));
    this.plans = root.resolve("stat").resolve("plans");
    this.sweep = new CacheSweep(root, limit);
  }

  /** Where a cache has what {@link SeenFiles} keep from build to build. */
  static Path states(Path root) {
    return root.resolve("stat").resolve("files");
  }

  /**
   * Looks at the files of a plan.
   *
   * @throws IOException if one is missing; the message names it
   */
  Snapshot snapshot(LayerPlan plan) throws IOException {
    return Snapshot.of(plan, files);
  }

  /**
   * Looks for the layer of a snapshot. No file is read if none was changed since, nor if there
   * cannot be a layer of it; else those that were changed are.
   *
   * @throws IOException if a file that must be read cannot be
   */
  Lookup look(Snapshot snapshot) throws IOException {
    Lookup lookup = new Lookup(snapshot);
    lookup.run();
    return lookup;
  }

  /** What is known of the layer of a snapshot, and how to add to it. */
  final class Lookup {

    private final Snapshot snapshot;
    private final Digest outline;
    private final Path plan;
    private Optional<Layer> layer = Optional.empty();

    private Lookup(Snapshot snapshot) {
      this.snapshot = snapshot;
      this.outline = snapshot.outline();
      this.plan = plans.resolve(snapshot.place(outline).hex());
    }

    /** The layer, if there is one. Its blob may be lost. */
    Optional<Layer> layer() {
      return layer;
    }

    private void run() throws IOException {
      Optional<Digest> before = LayerCache.key(plan);
      layer = before.isPresent() ? record(before.get()) : Optional.empty();
      if (layer.isPresent()) {
        return;
      }
      // What is known need not be hashed again on its way into the layer either.
      List<Snapshot.Source> unknown = new ArrayList<>();
      for (Snapshot.Source source : snapshot.sources()) {
        source.digest = files.known(source.file, source.stat);
        source.atHand = files.atHand(source.file);
        if (source.digest == null) {
          unknown.add(source);
        }
      }
      if (records.holdAnyOf(outline)) {
        for (Snapshot.Source source : unknown) {
          source.digest = digest(source);
        }
        Digest key = snapshot.key(outline);
        layer = record(key);
        if (layer.isPresent()) {
          learn(key);
        }
      }
    }

    private Optional<Layer> record(Digest key) {
      return records.find(outline, key, snapshot.plan().name());
    }

    /** Remembers the layer that was made of the snapshot, whose files are hashed by now. */
    void remember(Layer made) throws IOException {
      Digest key = snapshot.key(outline);
      records.put(outline, key, made);
      learn(key);
      sweep.runIfDue(made.blob().size());
    }

    private void learn(Digest key) throws IOException {
      for (Snapshot.Source source : snapshot.sources()) {
        if (!source.isStill) {
          files.noteChange();
        }
      }
      if (files.sawChange()) {
        return;
      }
      for (Snapshot.Source source : snapshot.sources()) {
        Digest digest = source.digest;
        if (digest != null && !source.stat.isRacy()) {
          files.learn(source.file, source.stat, digest);
        }
      }
      if (snapshot.isSettled()) {
        WholeFile.write(plan, key.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static Optional<Digest> key(Path plan) {
    try {
      return Optional.of(Digest.parse(Files.readString(plan)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Digest digest(Snapshot.Source source) throws IOException {
    if (source.atHand.isPresent()) {
      return Digest.of(source.atHand.get());
    }
    try {
      return files.digest(source.file, source.stat);
    } catch (IOException e) {
      throw new IOException("cannot read %s for a layer: %s".formatted(source.file, e), e);
    }
  }
}
