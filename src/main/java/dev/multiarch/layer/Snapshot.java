package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A plan with what is known of its files. It has three names:
 *
 * <ul>
 *   <li>the {@link #outline}: everything but the bytes of the files. Layers of different outlines
 *       differ;
 *   <li>the {@link #key}: the outline and the bytes, given as the files' digests. It decides what
 *       the layer is, on any machine;
 *   <li>the {@link #place}: the outline and which files of this machine, in which state. It is
 *       known without reading any.
 * </ul>
 */
final class Snapshot {

  /** Changed whenever the same plan would give other bytes. */
  private static final String FORM = "tar, blocks of 1 MiB, deflate 2";

  private final LayerPlan plan;
  private final List<Source> sources;

  /** A file that a plan names. */
  static final class Source {
    final Path file;
    final FileStat stat;

    /** Of its bytes, once it is known. */
    @Nullable Digest digest;

    /** Its bytes in the state {@link #stat}, if they are in memory. */
    Optional<byte[]> atHand = Optional.empty();

    /** Whether {@link #stat} is the state of what was read, as far as that can be said. */
    boolean isStill = true;

    Source(Path file, FileStat stat) {
      this.file = file;
      this.stat = stat;
    }
  }

  private Snapshot(LayerPlan plan, List<Source> sources) {
    this.plan = plan;
    this.sources = sources;
  }

  /**
   * @param files looks at those of the plan, unless the build has done so already
   * @throws IOException if one is missing; the message names it
   */
  static Snapshot of(LayerPlan plan, SeenFiles files) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (Entry entry : plan.entries()) {
      if (entry.content() instanceof Entry.File file) {
        sources.add(new Source(file.source(), files.stat(file.source())));
      }
    }
    return new Snapshot(plan, List.copyOf(sources));
  }

  LayerPlan plan() {
    return plan;
  }

  /** The files, in the order of the plan. */
  List<Source> sources() {
    return sources;
  }

  /** Whether {@link #place} stands for one content only. */
  boolean isSettled() {
    for (Source source : sources) {
      if (source.stat.isRacy()) {
        return false;
      }
    }
    return true;
  }

  Digest outline() {
    MessageDigest hash = Digest.sha256();
    update(hash, FORM);
    StringBuilder text = new StringBuilder();
    int next = 0;
    for (Entry entry : plan.entries()) {
      text.setLength(0);
      text.append(entry.path()).append('\0').append(entry.mode()).append(' ');
      text.append(entry.modified().getEpochSecond()).append(' ').append(entry.owner());
      if (entry.content() instanceof Entry.File) {
        text.append(" file ").append(sources.get(next++).stat.size());
      } else if (entry.content() instanceof Entry.Link link) {
        text.append(" link ").append(link.target());
      } else {
        text.append(" directory");
      }
      update(hash, text);
    }
    return Digest.of(hash);
  }

  Digest place(Digest outline) {
    MessageDigest hash = Digest.sha256();
    update(hash, outline.toString());
    StringBuilder text = new StringBuilder();
    for (Source source : sources) {
      text.setLength(0);
      text.append(source.file.toAbsolutePath()).append('\0').append(source.stat.modified());
      text.append(' ').append(source.stat.changed());
      text.append(' ').append(source.stat.identity());
      update(hash, text);
    }
    return Digest.of(hash);
  }

  /**
   * @throws IllegalStateException if the digest of a file is not known
   */
  Digest key(Digest outline) {
    MessageDigest hash = Digest.sha256();
    update(hash, outline.toString());
    for (Source source : sources) {
      Digest content = source.digest;
      if (content == null) {
        throw new IllegalStateException(source.file + " has not been hashed");
      }
      update(hash, content.hex());
    }
    return Digest.of(hash);
  }

  private static void update(MessageDigest hash, CharSequence text) {
    hash.update(text.toString().getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
  }
}
