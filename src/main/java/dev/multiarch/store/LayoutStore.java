package dev.multiarch.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.Json;
import dev.multiarch.oci.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An OCI image layout on disk (OCI image spec, image-layout.md). */
public final class LayoutStore implements Store {

  /** The annotation of an entry of {@code index.json} that holds its tag. */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final String LAYOUT_FILE = "oci-layout";
  private static final String INDEX_FILE = "index.json";
  private static final byte[] LAYOUT_VERSION =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);

  private final Path root;
  private final BlobDirectory blobs;
  private final boolean verifying;

  /**
   * @param root the folder of the layout; it is made when something is written
   */
  public LayoutStore(Path root) {
    this(root, false);
  }

  private LayoutStore(Path root, boolean verifying) {
    this.root = root;
    this.blobs = new BlobDirectory(root);
    this.verifying = verifying;
  }

  /**
   * A layout that others read: what is linked into it is read and verified first. Between a user's
   * own cache and target folder that is left out, since a push verifies what it sends.
   */
  public static LayoutStore published(Path root) {
    return new LayoutStore(root, true);
  }

  /** Whether there is a layout in the folder. */
  public boolean exists() {
    return Files.isRegularFile(root.resolve(LAYOUT_FILE));
  }

  public Path root() {
    return root;
  }

  /** The file that names the layout's images. */
  public Path indexFile() {
    return root.resolve(INDEX_FILE);
  }

  public BlobDirectory blobs() {
    return blobs;
  }

  @Override
  public String name() {
    return "oci:" + root;
  }

  @Override
  public Optional<Descriptor> resolve(String reference) throws IOException {
    if (!Digest.isDigest(reference)) {
      return entries().stream()
          .filter(entry -> reference.equals(entry.annotations().get(REF_NAME)))
          .findFirst();
    }
    return document(reference).map(Document::descriptor);
  }

  @Override
  public Optional<Document> document(String reference) throws IOException {
    if (Digest.isDigest(reference)) {
      return read(Digest.parse(reference), "");
    }
    Optional<Descriptor> entry = resolve(reference);
    return entry.isPresent()
        ? read(entry.get().digest(), entry.get().mediaType())
        : Optional.empty();
  }

  private Optional<Document> read(Digest digest, String mediaType) throws IOException {
    Path file = blobs.path(digest);
    try {
      if (Files.size(file) > Document.MAX_SIZE) {
        throw damaged(digest, "is larger than a document may be");
      }
      Document document = Document.parse(mediaType, Files.readAllBytes(file));
      MessageDigest hash = digest.newHash();
      hash.update(document.bytes());
      if (!digest.matches(hash)) {
        throw damaged(digest, "has bytes of another digest");
      }
      return Optional.of(document);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      throw damaged(digest, e.getMessage());
    }
  }

  private DamagedContentException damaged(Digest digest, String why) {
    return new DamagedContentException("%s: %s %s".formatted(name(), digest, why), digest);
  }

  @Override
  public Blob blob(Descriptor descriptor) throws IOException {
    Path file =
        blobs
            .find(descriptor)
            .orElseThrow(
                () ->
                    new StoreException(
                        "%s lacks the blob %s".formatted(name(), descriptor.digest()),
                        "Build the image again, or copy the layout again."));
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return descriptor;
      }

      @Override
      public InputStream open() throws IOException {
        boolean hashed = BlobDirectory.isHashed(descriptor.digest(), file);
        InputStream bytes = Files.newInputStream(file);
        return hashed ? bytes : new VerifyingStream(bytes, descriptor, LayoutStore.this.name());
      }

      @Override
      public Optional<Path> file() {
        return Optional.of(file);
      }
    };
  }

  @Override
  public Transfer put(Blob blob) throws IOException {
    if (blobs.find(blob.descriptor()).isPresent()) {
      return Transfer.PRESENT;
    }
    Optional<Path> file = blob.file();
    if (file.isPresent()) {
      if (verifying && !BlobDirectory.isHashed(blob.descriptor().digest(), file.get())) {
        try (InputStream in = blob.open()) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return blobs.link(file.get(), blob);
    }
    blobs.write(blob);
    return Transfer.SENT;
  }

  @Override
  public void put(Document document) throws IOException {
    blobs.write(document.digest(), document.bytes());
  }

  @Override
  public void tag(Document document, String tag) throws IOException {
    put(document);
    Descriptor entry = document.descriptor().withAnnotation(REF_NAME, tag);
    rewriteIndex(
        entries -> {
          List<Descriptor> changed = new ArrayList<>(entries);
          changed.removeIf(other -> tag.equals(other.annotations().get(REF_NAME)));
          changed.add(entry);
          return changed;
        });
  }

  @Override
  public boolean holds(Descriptor document) {
    try {
      Optional<Document> here = read(document.digest(), document.mediaType());
      return here.isPresent()
          && here.get().blobs().stream().allMatch(blob -> blobs.find(blob).isPresent())
          && here.get().documents().stream().allMatch(this::holds);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * What {@code index.json} names.
   *
   * @return nothing if there is no layout here yet
   */
  public List<Descriptor> entries() throws IOException {
    Path file = root.resolve(INDEX_FILE);
    try {
      return Descriptor.parseAll(Json.parseObject(Files.readAllBytes(file)), "manifests");
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "%s is not the index of an image layout: %s".formatted(file, e.getMessage()),
          "Delete the folder, or copy the layout again.",
          e);
    }
  }

  /**
   * Replaces what {@code index.json} names. Writers take turns, also those of other processes: the
   * lock is the operating system's and dies with its process.
   */
  public void rewriteIndex(UnaryOperator<List<Descriptor>> change) throws IOException {
    Files.createDirectories(root);
    // The operating system's lock is held by the process, so threads need one of their own; an
    // interned text is the same object for every class loader that Maven gives this class. By the
    // folder itself, which may have several names.
    synchronized (("dev.multiarch:" + root.toRealPath()).intern()) {
      try (FileChannel channel =
              FileChannel.open(
                  root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        List<Descriptor> before = entries();
        List<Descriptor> after = change.apply(before);
        if (!exists()) {
          WholeFile.write(root.resolve(LAYOUT_FILE), LAYOUT_VERSION);
        }
        if (!after.equals(before) || !Files.exists(root.resolve(INDEX_FILE))) {
          WholeFile.write(root.resolve(INDEX_FILE), print(after));
        }
      }
    }
  }

  private static byte[] print(List<Descriptor> entries) {
    JsonObject json = Json.object();
    json.addProperty("schemaVersion", 2);
    json.addProperty("mediaType", MediaType.OCI_INDEX);
    JsonArray manifests = Json.putArray(json, "manifests");
    for (Descriptor entry : entries) {
      manifests.add(entry.json());
    }
    return Json.compact(json);
  }

  /**
   * Deletes the blobs that nothing named in {@code index.json} leads to, and what a killed writer
   * left. Nobody else may be writing.
   */
  public void prune() throws IOException {
    Set<Path> used = new HashSet<>();
    for (Descriptor entry : entries()) {
      collect(entry, used);
    }
    for (Path file : blobs.unfinished()) {
      Files.deleteIfExists(file);
    }
    Path all = root.resolve("blobs");
    // Behind a link there may be what others use, too.
    if (!Files.isDirectory(all, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    for (Path file : Listing.files(all)) {
      if (!used.contains(file)) {
        Files.delete(file);
      }
    }
  }

  private void collect(Descriptor entry, Set<Path> used) throws IOException {
    used.add(blobs.path(entry.digest()));
    Optional<Document> document = read(entry.digest(), entry.mediaType());
    if (document.isEmpty()) {
      return;
    }
    for (Descriptor blob : document.get().blobs()) {
      used.add(blobs.path(blob.digest()));
    }
    for (Descriptor child : document.get().documents()) {
      collect(child, used);
    }
  }
}
