package dev.multiarch.store;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@code blobs} of an image layout: files named by the digest of their bytes (OCI image spec,
 * image-layout.md). A blob is written to a file beside them and moved into its place in one step,
 * so a name that exists always names whole content, however the process ended.
 */
public final class BlobDirectory {

  /** How exactly {@link #used} is remembered; a blob in use is written to this often at most. */
  public static final Duration USED_PRECISION = Duration.ofHours(1);

  private static final int BUFFER = 128 * 1024;

  /** From how many bytes on it is worth while to remember that a blob has been hashed. */
  private static final long LARGE = 1 << 20;

  /** In a process that lives for days, disks may fail. */
  private static final long TRUSTED_NANOS = Duration.ofHours(1).toNanos();

  /** What this process has hashed while it was written, and the files' states right after. */
  private static final Map<Digest, State> HASHED = new ConcurrentHashMap<>();

  /**
   * By which a file is known again under any of its names.
   *
   * @param moment when it was so, in terms of {@link System#nanoTime}
   */
  private record State(Object identity, long size, FileTime modified, long moment) {

    boolean isOf(BasicFileAttributes file) {
      return System.nanoTime() - moment < TRUSTED_NANOS
          && identity.equals(file.fileKey())
          && size == file.size()
          && modified.equals(file.lastModifiedTime());
    }
  }

  private final Path root;

  /**
   * @param root the layout; it is made when the first blob is written
   */
  public BlobDirectory(Path root) {
    this.root = root;
  }

  /** Where a blob lies, or would lie. */
  public Path path(Digest digest) {
    return root.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /** The blob's file, if it is here in its full length. */
  public Optional<Path> find(Descriptor descriptor) {
    Path path = path(descriptor.digest());
    try {
      return Files.size(path) == descriptor.size() ? Optional.of(path) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Notes that a blob is of use, so that it is not among the first to be evicted. A blob that is
   * gone, or may not be touched, is passed over.
   */
  public void used(Digest digest) {
    Path path = path(digest);
    try {
      Instant now = Instant.now();
      Instant noted = Files.getLastModifiedTime(path).toInstant();
      if (noted.isBefore(now.minus(USED_PRECISION))) {
        Files.setLastModifiedTime(path, FileTime.from(now));
      }
    } catch (IOException e) {
      // It only matters for the order of eviction.
    }
  }

  /** Deletes a blob, whose content was found to be damaged. */
  public void forget(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
  }

  /**
   * Whether this process has hashed the bytes of a large blob's file when it wrote them, here or
   * under another name. They need not be hashed once more on their way elsewhere.
   */
  static boolean isHashed(Digest digest, Path file) {
    State then = HASHED.get(digest);
    try {
      return then != null && then.isOf(Files.readAttributes(file, BasicFileAttributes.class));
    } catch (IOException e) {
      return false;
    }
  }

  private static void hashed(Digest digest, Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      Object identity = now.fileKey();
      if (now.size() >= LARGE && identity != null) {
        HASHED.put(
            digest, new State(identity, now.size(), now.lastModifiedTime(), System.nanoTime()));
      }
    } catch (IOException e) {
      // Then it is hashed again.
    }
  }

  /** Reads bytes that say themselves that they are the blob's, and keeps them. */
  public Path write(Blob blob) throws IOException {
    Digest digest = blob.descriptor().digest();
    try (Incoming file = incoming()) {
      try (InputStream in = blob.open()) {
        copy(in, file.stream());
      }
      // A file's bytes may have been hashed before; then the copy's were not.
      return blob.file().isPresent() ? file.move(digest) : file.keepAs(digest);
    }
  }

  /** Keeps these bytes under their own digest. */
  public Path write(Digest digest, byte[] bytes) throws IOException {
    Path place = path(digest);
    if (Files.exists(place) && Files.size(place) == bytes.length) {
      return place;
    }
    try (Incoming file = incoming()) {
      file.stream().write(bytes);
      return file.keepAs(digest);
    }
  }

  /**
   * Gives a verified file a second name here, or copies it where the file systems differ.
   *
   * @return how the blob came
   */
  public Transfer link(Path file, Blob blob) throws IOException {
    Path place = path(blob.descriptor().digest());
    Files.createDirectories(place.getParent());
    try {
      Files.createLink(place, file);
      return Transfer.MOUNTED;
    } catch (FileAlreadyExistsException e) {
      if (find(blob.descriptor()).isPresent()) {
        return Transfer.PRESENT;
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Another file system, or one without links: the bytes are copied.
    }
    write(blob);
    return Transfer.SENT;
  }

  /** A new file beside the blobs, which becomes a blob when its digest is known. */
  public Incoming incoming() throws IOException {
    Path file = root.resolve(WholeFile.unfinished());
    try {
      return new Incoming(file);
    } catch (NoSuchFileException e) {
      Files.createDirectories(root);
      return new Incoming(file);
    }
  }

  /** The files that are being written, by whomever, or were when their writer was killed. */
  public List<Path> unfinished() throws IOException {
    List<Path> unfinished = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(root)) {
      for (Path file : files) {
        if (file.getFileName().toString().startsWith(WholeFile.UNFINISHED)) {
          unfinished.add(file);
        }
      }
    } catch (NoSuchFileException e) {
      // Nothing was ever written here.
    }
    return unfinished;
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
    }
  }

  /** A file that is being written; closing it without keeping it leaves nothing behind. */
  public final class Incoming implements AutoCloseable {

    private final Path file;
    private final OutputStream stream;
    private boolean moved;

    private Incoming(Path file) throws IOException {
      this.file = file;
      this.stream =
          Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      UnfinishedFiles.add(file);
    }

    /** Where to write; not buffered. */
    public OutputStream stream() {
      return stream;
    }

    /**
     * Ends the writing and gives the file its name.
     *
     * @param digest of the bytes, by a hash of what was written
     */
    public Path keepAs(Digest digest) throws IOException {
      Path place = move(digest);
      hashed(digest, place);
      return place;
    }

    private Path move(Digest digest) throws IOException {
      stream.close();
      Path place = path(digest);
      try {
        WholeFile.move(file, place);
      } catch (NoSuchFileException e) {
        Files.createDirectories(place.getParent());
        WholeFile.move(file, place);
      }
      moved = true;
      return place;
    }

    @Override
    public void close() throws IOException {
      stream.close();
      if (!moved) {
        Files.deleteIfExists(file);
      }
      UnfinishedFiles.remove(file);
    }
  }
}
