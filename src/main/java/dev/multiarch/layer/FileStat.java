package dev.multiarch.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a file without reading it. Two equal ones of the same path stand for
 * the same content, if the first was not {@link #isRacy racy}.
 *
 * @param size its length in bytes
 * @param modified when its content was changed, in nanoseconds since the epoch; anybody can set it
 * @param changed when anything of it was changed; only the kernel sets it. The time of modification
 *     where the system has no such time
 * @param identity which file it is: device and inode, or 0 where the system does not say
 * @param executable whether its owner may execute it
 */
record FileStat(long size, long modified, long changed, long identity, boolean executable) {

  /** Kernels stamp files with the time of their last tick, which is up to 10 ms old. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

  /** File systems without fractions of seconds; FAT counts in twos. */
  private static final long COARSE_TICK = TimeUnit.SECONDS.toNanos(3);

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  // The parts of a mode (inode(7)).
  private static final int TYPE = 0170000;
  private static final int REGULAR_FILE = 0100000;
  private static final int OWNER_EXECUTES = 0100;

  private static final String UNIX = "unix:size,lastModifiedTime,ctime,dev,ino,mode";

  /**
   * Looks at a file; a link is followed.
   *
   * @throws IOException if it cannot be looked at, or is no file; the message names it
   */
  static FileStat of(Path file) throws IOException {
    try {
      return file.getFileSystem().supportedFileAttributeViews().contains("unix")
          ? unix(file)
          : basic(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file %s, which the layer should hold".formatted(file), e);
    }
  }

  /** What stands for its content, in words. */
  String text() {
    return size + " " + modified + " " + changed + " " + identity;
  }

  // Not the record's own, which takes long when it is first called.

  @Override
  public boolean equals(Object other) {
    return other instanceof FileStat stat
        && size == stat.size
        && modified == stat.modified
        && changed == stat.changed
        && identity == stat.identity
        && executable == stat.executable;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size ^ changed ^ identity);
  }

  private static FileStat unix(Path file) throws IOException {
    Map<String, Object> found = Files.readAttributes(file, UNIX);
    int mode = (int) found.get("mode");
    requireFile(file, (mode & TYPE) == REGULAR_FILE);
    return new FileStat(
        (long) found.get("size"),
        nanos((FileTime) found.get("lastModifiedTime")),
        nanos((FileTime) found.get("ctime")),
        (long) found.get("ino") * 31 + (long) found.get("dev"),
        (mode & OWNER_EXECUTES) != 0);
  }

  private static FileStat basic(Path file) throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    requireFile(file, found.isRegularFile());
    long modified = nanos(found.lastModifiedTime());
    return new FileStat(
        found.size(),
        modified,
        modified,
        Objects.hashCode(found.fileKey()),
        Files.isExecutable(file));
  }

  private static void requireFile(Path file, boolean isFile) throws IOException {
    if (!isFile) {
      throw new IOException(file + " is not a regular file, so a layer cannot hold its content");
    }
  }

  private static long nanos(FileTime time) {
    return nanos(time.toInstant());
  }

  static long nanos(Instant instant) {
    return instant.getEpochSecond() * SECOND + instant.getNano();
  }

  /**
   * Whether the file was changed so shortly before it was looked at that another change might have
   * left the same times (git's "racy" entries).
   *
   * @param now a moment before the look, in nanoseconds since the epoch
   */
  boolean isRacy(long now) {
    return changed >= now - (changed % SECOND == 0 ? COARSE_TICK : TICK);
  }

  /** The present moment, as {@link #isRacy} takes it. */
  static long now() {
    return nanos(Instant.now());
  }
}
