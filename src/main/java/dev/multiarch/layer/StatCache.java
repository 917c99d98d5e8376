package dev.multiarch.layer;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.Sealed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the hashes of this machine's files, so that an unchanged one is not read again. An
 * instance serves one layer; what it learns is kept by {@link #save}.
 *
 * <p>The files are spread over 16 shards by their path. A shard that is missing, damaged or
 * overwritten by another build costs a hash, nothing else.
 */
final class StatCache {

  private static final int FORM = 0x4d415302;
  private static final int SHARDS = 16;
  private static final int HASH_BYTES = 32;

  /** Keeps a shard below some megabytes; the files recorded first go first. */
  private static final int MAX_ENTRIES = 1 << 15;

  private final Path folder;
  private final Map<Integer, Map<String, Known>> shards = new HashMap<>();
  private final Set<Integer> changed = new HashSet<>();

  /**
   * @param recorded when, in seconds since the epoch
   */
  private record Known(FileStat stat, Digest digest, long recorded) {}

  StatCache(Path folder) {
    this.folder = folder;
  }

  /** The hash of a file in this state, if it is known. The file was not racy when it was learnt. */
  @Nullable Digest find(Path file, FileStat stat) {
    String name = file.toAbsolutePath().toString();
    Known known = shard(number(name)).get(name);
    return known != null && known.stat.equals(stat) ? known.digest : null;
  }

  /** Learns the hash of a file. The file must not be {@link FileStat#isRacy racy}. */
  void learn(Path file, FileStat stat, Digest digest, long now) {
    String name = file.toAbsolutePath().toString();
    int number = number(name);
    Known before = shard(number).get(name);
    if (before == null || !before.stat.equals(stat)) {
      shard(number).put(name, new Known(stat, digest, now));
      changed.add(number);
    }
  }

  private static int number(String name) {
    int hash = name.hashCode() * 0x9E3779B1;
    return hash >>> Integer.numberOfLeadingZeros(SHARDS - 1) & SHARDS - 1;
  }

  private Map<String, Known> shard(int number) {
    return shards.computeIfAbsent(number, this::read);
  }

  private Path file(int number) {
    return folder.resolve("%x".formatted(number));
  }

  private Map<String, Known> read(int number) {
    Map<String, Known> entries = new HashMap<>();
    try {
      Optional<byte[]> bytes = Sealed.open(Files.readAllBytes(file(number)));
      try (DataInputStream in =
          new DataInputStream(new ByteArrayInputStream(bytes.orElse(new byte[0])))) {
        int count = bytes.isPresent() && in.readInt() == FORM ? in.readInt() : 0;
        for (int i = 0; i < count; i++) {
          String name = in.readUTF();
          FileStat stat =
              new FileStat(
                  in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readBoolean());
          long recorded = in.readLong();
          byte[] hash = new byte[HASH_BYTES];
          in.readFully(hash);
          Digest digest = new Digest(Digest.SHA256, HexFormat.of().formatHex(hash));
          entries.put(name, new Known(stat, digest, recorded));
        }
      }
    } catch (IOException e) {
      // Missing: what is unknown is hashed again.
    }
    return entries;
  }

  /** Writes what was learnt. */
  void save() throws IOException {
    for (int number : changed) {
      CacheFiles.replace(file(number), print(shard(number)));
    }
    changed.clear();
  }

  private static byte[] print(Map<String, Known> entries) throws IOException {
    long oldest = Long.MIN_VALUE;
    if (entries.size() > MAX_ENTRIES) {
      oldest =
          entries.values().stream()
              .mapToLong(Known::recorded)
              .sorted()
              .skip(entries.size() - (long) MAX_ENTRIES)
              .findFirst()
              .orElse(oldest);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    List<Map.Entry<String, Known>> kept = new ArrayList<>();
    for (Map.Entry<String, Known> entry : entries.entrySet()) {
      if (entry.getValue().recorded >= oldest) {
        kept.add(entry);
      }
    }
    out.writeInt(FORM);
    out.writeInt(kept.size());
    for (Map.Entry<String, Known> entry : kept) {
      Known known = entry.getValue();
      out.writeUTF(entry.getKey());
      out.writeLong(known.stat.size());
      out.writeLong(known.stat.modified());
      out.writeLong(known.stat.changed());
      out.writeLong(known.stat.identity());
      out.writeBoolean(known.stat.executable());
      out.writeLong(known.recorded);
      out.write(HexFormat.of().parseHex(known.digest.hex()));
    }
    return Sealed.seal(bytes.toByteArray());
  }
}
