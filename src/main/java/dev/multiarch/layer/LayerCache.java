package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Remembers which layer came of which content. A key is made of what ends up in the layer, so
 * neither the time nor the place of a file counts, and two machines' caches combine by copying.
 *
 * <p>Under its root:
 *
 * <ul>
 *   <li>{@code layers/}: the {@link LayerRecords}, good on every machine;
 *   <li>{@code stat/}: what this machine's file system says of files whose content is known: per
 *       file ({@link StatCache}), and in {@code stat/plans} for all files of a layer at once, so
 *       that an unchanged layer costs one small read. It may be lost or left behind.
 * </ul>
 *
 * <p>Several builds may use a cache at once, without locks. If the root is an image layout too, its
 * blobs are kept below a limit ({@link CacheSweep}).
 */
public final class LayerCache {

  /** How many bytes of blobs a cache holds unless told otherwise: 10 GiB. */
  public static final long DEFAULT_LIMIT = 10L << 30;

  private final LayerRecords records;
  private final Path stats;
  private final Path plans;
  private final CacheSweep sweep;
  private final FileDigests digests;

  /**
   * @param root the folder of the cache; the layers' own are made in it
   * @param digests reads the files that were changed
   */
  public LayerCache(Path root, FileDigests digests) {
    this(root, digests, DEFAULT_LIMIT);
  }

  /**
   * @param root the folder of the cache
   * @param digests reads the files that were changed
   * @param limit how many bytes of blobs may lie there; what was not used for longest goes first
   */
  public LayerCache(Path root, FileDigests digests, long limit) {
    this.digests = digests;
    this.records = new LayerRecords(root.resolve("layers"));
    this.stats = root.resolve("stat").resolve("files");
    this.plans = root.resolve("stat").resolve("plans");
    this.sweep = new CacheSweep(root, limit);
  }

  /**
   * Looks for the layer of a snapshot. No file is read if none was changed since, nor if there
   * cannot be a layer of it; else those that were changed are.
   *
   * @throws IOException if a file that must be read cannot be
   */
  Optional<Layer> find(Snapshot snapshot) throws IOException {
    String name = snapshot.plan().name();
    Digest outline = snapshot.outline();
    Path plan = plans.resolve(snapshot.place(outline).hex());
    Optional<Layer> layer = key(plan).flatMap(key -> records.find(outline, key, name));
    if (layer.isPresent() || !records.holdAnyOf(outline)) {
      return layer;
    }
    StatCache known = new StatCache(stats);
    for (Snapshot.Source source : snapshot.sources()) {
      Digest digest = known.find(source.file, source.stat);
      source.digest = digest == null ? digest(source) : digest;
    }
    Digest key = snapshot.key(outline);
    layer = records.find(outline, key, name);
    if (layer.isPresent()) {
      learn(snapshot, known, plan, key);
    }
    return layer;
  }

  private static Optional<Digest> key(Path plan) {
    try {
      return Optional.of(Digest.parse(Files.readString(plan)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Digest digest(Snapshot.Source source) throws IOException {
    try {
      return digests.of(source.file, source.stat);
    } catch (IOException e) {
      throw new IOException("cannot read %s for a layer: %s".formatted(source.file, e), e);
    }
  }

  /** Remembers a layer that was made of a snapshot, whose files are hashed by now. */
  void remember(Snapshot snapshot, Layer layer) throws IOException {
    Digest outline = snapshot.outline();
    Digest key = snapshot.key(outline);
    records.put(outline, key, layer);
    learn(snapshot, new StatCache(stats), plans.resolve(snapshot.place(outline).hex()), key);
    sweep.run();
  }

  private void learn(Snapshot snapshot, StatCache known, Path plan, Digest key) throws IOException {
    long now = TimeUnit.NANOSECONDS.toSeconds(FileStat.now());
    for (Snapshot.Source source : snapshot.sources()) {
      Digest digest = source.digest;
      if (digest != null && !snapshot.isRacy(source)) {
        known.learn(source.file, source.stat, digest, now);
        digests.learn(source.file, source.stat, digest);
      }
    }
    known.save();
    if (snapshot.isSettled()) {
      CacheFiles.replace(plan, key.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
