package dev.multiarch.layer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What the file system says of a path without reading what lies there. Two equal ones of a file
 * stand for the same content, if the first was not {@link #isRacy racy}.
 *
 * @param kind what lies there
 * @param size its length in bytes
 * @param modified when its content was changed, in nanoseconds since the epoch; anybody can set it
 * @param changed when anything of it was changed; only the kernel sets it. The time of modification
 *     where the system has no such time
 * @param identity which file it is: device and inode, or 0 where the system does not say
 * @param moment when it was looked at, in nanoseconds since the epoch; says nothing of the file
 */
record FileStat(Kind kind, long size, long modified, long changed, long identity, long moment) {

  /** What may lie at a path. */
  enum Kind {
    /** A file that its owner may not execute; any where the system has no such right. */
    FILE,
    EXECUTABLE,
    FOLDER,
    /** A link that was not followed, a pipe and the like. */
    OTHER
  }

  /** Kernels stamp files with the time of their last tick, which is up to 10 ms old. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);

  /** File systems without fractions of seconds; FAT counts in twos. */
  private static final long COARSE_TICK = TimeUnit.SECONDS.toNanos(3);

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  // The parts of a mode (inode(7)).
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR_FILE = 0100000;
  private static final int OWNER_EXECUTES = 0100;

  private static final String UNIX = "unix:size,lastModifiedTime,ctime,dev,ino,mode";

  /**
   * Looks at a file; a link is followed.
   *
   * @param moment the present one, or one before it
   * @throws IOException if it cannot be looked at, or is no file; the message names it
   */
  static FileStat of(Path file, long moment) throws IOException {
    try {
      FileStat stat = look(file, moment);
      if (!stat.isFile()) {
        throw new IOException(file + " is not a regular file, so a layer cannot hold its content");
      }
      return stat;
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file %s, which the layer should hold".formatted(file), e);
    }
  }

  /**
   * Looks at whatever lies at a path.
   *
   * @param moment the present one, or one before it
   * @throws IOException if nothing does, or it cannot be looked at
   */
  static FileStat look(Path path, long moment, LinkOption... options) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? unix(Files.readAttributes(path, UNIX, options), moment)
        : basic(Files.readAttributes(path, BasicFileAttributes.class, options), moment);
  }

  private static FileStat unix(Map<String, Object> found, long moment) {
    int mode = (int) found.get("mode");
    return new FileStat(
        switch (mode & TYPE) {
          case FOLDER -> Kind.FOLDER;
          case REGULAR_FILE -> (mode & OWNER_EXECUTES) != 0 ? Kind.EXECUTABLE : Kind.FILE;
          default -> Kind.OTHER;
        },
        (long) found.get("size"),
        nanos((FileTime) found.get("lastModifiedTime")),
        nanos((FileTime) found.get("ctime")),
        (long) found.get("ino") * 31 + (long) found.get("dev"),
        moment);
  }

  private static FileStat basic(BasicFileAttributes found, long moment) {
    long modified = nanos(found.lastModifiedTime());
    Kind other = found.isDirectory() ? Kind.FOLDER : Kind.OTHER;
    return new FileStat(
        found.isRegularFile() ? Kind.FILE : other,
        found.size(),
        modified,
        modified,
        Objects.hashCode(found.fileKey()),
        moment);
  }

  boolean isFile() {
    return kind == Kind.FILE || kind == Kind.EXECUTABLE;
  }

  boolean isExecutable() {
    return kind == Kind.EXECUTABLE;
  }

  /** What stands for its content, in words. */
  String text() {
    return size + " " + modified + " " + changed + " " + identity;
  }

  // Not the record's own, which takes long when it is first called; and when it was looked at does
  // not count.

  @Override
  public boolean equals(Object other) {
    return other instanceof FileStat stat && kind == stat.kind && hasContentOf(stat);
  }

  /**
   * Whether it stands for the same content as another of its path, whatever may be done with it.
   */
  boolean hasContentOf(FileStat other) {
    return size == other.size
        && modified == other.modified
        && changed == other.changed
        && identity == other.identity;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(size ^ changed ^ identity);
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
   */
  boolean isRacy() {
    return isRacy(moment);
  }

  /**
   * As {@link #isRacy()}, of a file that is as it was at a later moment.
   *
   * @param now in nanoseconds since the epoch
   */
  boolean isRacy(long now) {
    return changed >= now - (changed % SECOND == 0 ? COARSE_TICK : TICK);
  }

  /** The present moment, in nanoseconds since the epoch. */
  static long now() {
    return nanos(Instant.now());
  }
}
