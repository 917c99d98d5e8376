package dev.multiarch.registry;

import static dev.multiarch.registry.BlobUpload.requireSameDigest;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.MediaType;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Store;
import dev.multiarch.store.Transfer;
import dev.multiarch.store.VerifyingStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * One repository of a registry (OCI distribution spec 1.1). What has been put or seen here is
 * remembered for the life of the process and not asked for again; tags are, since others move them.
 */
final class RegistryStore implements Store {

  private static final String ACCEPT =
      String.join(
          ", ",
          MediaType.OCI_INDEX,
          MediaType.DOCKER_LIST,
          MediaType.OCI_MANIFEST,
          MediaType.DOCKER_MANIFEST);

  /** What registries answer for a tag that is immutable; the spec names no status for it. */
  private static final Set<Integer> TAG_REFUSED = Set.of(400, 403, 409, 412);

  /** What registries answer to a document of which they lack a part (spec, "Error Codes"). */
  private static final Set<String> PART_UNKNOWN =
      Set.of("MANIFEST_BLOB_UNKNOWN", "BLOB_UNKNOWN", "MANIFEST_UNKNOWN");

  /** The same by status, since some say MANIFEST_INVALID for it, as the sources of Quay do. */
  private static final Set<Integer> PERHAPS_PART_UNKNOWN = Set.of(400, 404, 422);

  private final String registry;
  private final Host host;
  private final Repository repository;
  private final RegistryOptions options;
  private final BlobArrivals arrivals;
  private final Map<Digest, Descriptor> known = new ConcurrentHashMap<>();
  private final Map<Digest, Document> documents = new ConcurrentHashMap<>();

  /** What this process has put here, and with it all that it leads to. */
  private final Set<Digest> written = ConcurrentHashMap.newKeySet();

  RegistryStore(
      String registry, String repository, Host host, RegistryOptions options, OpenUploads uploads) {
    this.registry = registry;
    this.host = host;
    this.repository = new Repository(registry, repository);
    this.arrivals = new BlobArrivals(this.repository, host, options, uploads);
    this.options = options;
  }

  @Override
  public String name() {
    return repository.text();
  }

  // ---- reading

  @Override
  public Optional<Descriptor> resolve(String reference) throws IOException {
    if (Digest.isDigest(reference) && known.containsKey(Digest.parse(reference))) {
      return Optional.of(known.get(Digest.parse(reference)));
    }
    Call head = repository.manifest("HEAD", reference, repository.pull()).with("Accept", ACCEPT);
    Optional<Optional<Descriptor>> said =
        host.call(
            head,
            answer -> {
              if (answer.status() == 404) {
                return Optional.empty();
              }
              if (answer.status() != 200) {
                throw host.refused(head, answer);
              }
              return Optional.of(described(reference, answer));
            });
    if (said.isEmpty()) {
      return Optional.empty();
    }
    if (said.get().isEmpty()) {
      // Some registries leave digest or length out of the answer to a HEAD.
      return document(reference).map(Document::descriptor);
    }
    Descriptor descriptor = said.get().get();
    known.put(descriptor.digest(), descriptor);
    return Optional.of(descriptor);
  }

  /** What the headers say; empty if they do not say enough. */
  private Optional<Descriptor> described(String reference, Answer answer) throws IOException {
    Optional<String> digest = answer.header("Docker-Content-Digest");
    if (Digest.isDigest(reference)) {
      requireSameDigest(host, Digest.parse(reference), answer);
      digest = Optional.of(reference);
    }
    String type = mediaType(answer);
    if (digest.isEmpty() || type.isEmpty() || answer.length().isEmpty()) {
      return Optional.empty();
    }
    try {
      requireKnown(type, reference);
      return Optional.of(
          Descriptor.of(type, Digest.parse(digest.get()), answer.length().getAsLong()));
    } catch (IllegalArgumentException e) {
      throw damaged(reference, "the registry names a digest that is none: " + e.getMessage());
    }
  }

  @Override
  public Optional<Document> document(String reference) throws IOException {
    if (Digest.isDigest(reference) && documents.containsKey(Digest.parse(reference))) {
      return Optional.of(documents.get(Digest.parse(reference)));
    }
    Call get = repository.manifest("GET", reference, repository.pull()).with("Accept", ACCEPT);
    Optional<Document> document =
        host.call(
            get,
            answer -> {
              if (answer.status() == 404) {
                return Optional.empty();
              }
              if (answer.status() != 200) {
                throw host.refused(get, answer);
              }
              return Optional.of(read(reference, answer));
            });
    if (document.isPresent()) {
      remember(document.get());
      arrivals.trust(document.get());
    }
    return document;
  }

  private Document read(String reference, Answer answer) throws IOException {
    String type = mediaType(answer);
    requireKnown(type, reference);
    if (answer.length().orElse(0) > Document.MAX_SIZE) {
      throw damaged(reference, "it is larger than a document may be");
    }
    byte[] bytes = answer.read(Document.MAX_SIZE + 1);
    if (bytes.length > Document.MAX_SIZE) {
      throw damaged(reference, "it is larger than a document may be");
    }
    if (Digest.isDigest(reference)) {
      requireDigest(Digest.parse(reference), bytes, reference);
    }
    Optional<String> said = answer.header("Docker-Content-Digest").filter(Digest::isDigest);
    try {
      if (said.isPresent()) {
        requireDigest(Digest.parse(said.get()), bytes, reference);
      }
      return Document.parse(type, bytes);
    } catch (IllegalArgumentException e) {
      throw damaged(reference, e.getMessage());
    }
  }

  private void requireDigest(Digest digest, byte[] bytes, String reference)
      throws DamagedContentException {
    var hash = digest.newHash();
    hash.update(bytes);
    if (!digest.matches(hash)) {
      throw damaged(reference, "its bytes have another digest than " + digest);
    }
  }

  /** An answer of another kind is not ours to read, such as Docker's schema 1 or a proxy's page. */
  private void requireKnown(String type, String reference) throws DamagedContentException {
    if (!type.isEmpty() && !MediaType.isIndex(type) && !MediaType.isManifest(type)) {
      throw damaged(reference, "its media type is " + type + ", which is no image");
    }
  }

  private static String mediaType(Answer answer) {
    String type = answer.header("Content-Type").orElse("");
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip();
  }

  private DamagedContentException damaged(String reference, String why) {
    return new DamagedContentException(repository.text(reference) + ": " + why);
  }

  private void remember(Document document) {
    documents.put(document.digest(), document);
    known.put(document.digest(), document.descriptor());
  }

  @Override
  public Blob blob(Descriptor descriptor) {
    return new Blob() {
      @Override
      public Descriptor descriptor() {
        return descriptor;
      }

      @Override
      public InputStream open() throws IOException {
        Call get = repository.blob("GET", descriptor.digest(), repository.pull());
        return new VerifyingStream(
            new BlobDownload(host, get, descriptor, options.retries().attempts()),
            descriptor,
            name());
      }

      @Override
      public Optional<Mountable> mountable() {
        return Optional.of(new Mountable(registry, repository.name()));
      }
    };
  }

  @Override
  public boolean holds(Descriptor document) {
    return written.contains(document.digest());
  }

  // ---- writing

  @Override
  public Transfer put(Blob blob) throws IOException {
    return arrivals.put(blob);
  }

  @Override
  public void put(Document document) throws IOException {
    if (!written.contains(document.digest())) {
      write(document, document.digest().toString());
    }
  }

  @Override
  public void tag(Document document, String tag) throws IOException {
    try {
      write(document, tag);
    } catch (RegistryException e) {
      if (!TAG_REFUSED.contains(e.status()) || !names(tag, document)) {
        throw e;
      }
      // A tag that must not move need not: it is where it should be.
      rememberWritten(document);
    }
  }

  private boolean names(String tag, Document document) throws IOException {
    return resolve(tag).map(d -> d.digest().equals(document.digest())).orElse(false);
  }

  /**
   * A registry that misses a part which it has confirmed to us will soon find it. docker-registry
   * 2.8 on a disk empties the link to a blob for a moment when somebody else uploads or mounts the
   * same blob; others see what is written with a delay.
   */
  private static RegistryException judged(RegistryException refused) {
    return refused.codes().stream().anyMatch(PART_UNKNOWN::contains)
        ? refused.passing(Optional.empty())
        : refused;
  }

  private void write(Document document, String reference) throws IOException {
    if (arrivals.isOnTrust(document)) {
      try {
        send(document, reference, UnaryOperator.identity());
        return;
      } catch (RegistryException e) {
        if (!PERHAPS_PART_UNKNOWN.contains(e.status())) {
          throw e;
        }
        arrivals.ask(document);
      }
    }
    send(document, reference, RegistryStore::judged);
  }

  private void send(Document document, String reference, UnaryOperator<RegistryException> judgement)
      throws IOException {
    Call put =
        repository
            .manifest("PUT", reference, repository.push())
            .with("Content-Type", document.mediaType())
            .with(Payload.of(document.bytes()));
    host.call(
        put,
        answer -> {
          if (!answer.isSuccess()) {
            throw judgement.apply(host.refused(put, answer));
          }
          requireSameDigest(host, document.digest(), answer);
          return answer.status();
        });
    rememberWritten(document);
  }

  private void rememberWritten(Document document) {
    remember(document);
    written.add(document.digest());
  }
}
