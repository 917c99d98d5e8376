package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.oci.MediaType;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Store;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Transfer;
import dev.multiarch.store.VerifyingStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A repository of a registry (OCI distribution spec 1.1). */
final class RegistryStore implements Store {

  private static final String ACCEPT =
      String.join(
          ", ",
          MediaType.OCI_INDEX,
          MediaType.OCI_MANIFEST,
          MediaType.DOCKER_LIST,
          MediaType.DOCKER_MANIFEST);

  private static final String DIGEST_HEADER = "Docker-Content-Digest";

  private final Host host;
  private final String repository;

  /** Documents that this process has put here or read from here. */
  private final Set<Digest> seenDocuments = ConcurrentHashMap.newKeySet();

  /** Blobs that this process has put here or found here. */
  private final Set<Digest> seenBlobs = ConcurrentHashMap.newKeySet();

  RegistryStore(Host host, String repository) {
    this.host = host;
    this.repository = repository;
  }

  @Override
  public String name() {
    return host.registry() + "/" + repository;
  }

  private String separator(String reference) {
    return Digest.isDigest(reference) ? "@" : ":";
  }

  private String describe(String reference) {
    return name() + separator(reference) + reference;
  }

  private Call manifestCall(String method, String reference, Scope scope) {
    return Call.of(method, "/v2/" + repository + "/manifests/" + reference, scope);
  }

  @Override
  public Optional<Descriptor> resolve(String reference) throws IOException {
    Call call = manifestCall("HEAD", reference, Scope.pull(repository)).with("Accept", ACCEPT);
    try (Answer answer = host.call(describe(reference), call)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      if (!answer.isSuccess()) {
        throw host.refusal(describe(reference), answer);
      }
      Optional<Digest> digest = digest(reference, answer);
      Optional<Long> size = answer.header("Content-Length").map(Long::parseLong);
      Optional<String> type = answer.header("Content-Type").map(RegistryStore::withoutParameters);
      if (digest.isPresent() && size.isPresent() && type.isPresent()) {
        return Optional.of(Descriptor.of(type.get(), digest.get(), size.get()));
      }
    }
    // A registry that leaves out a header that the spec only recommends is asked for the whole.
    return document(reference).map(Document::descriptor);
  }

  private static String withoutParameters(String contentType) {
    int semicolon = contentType.indexOf(';');
    return (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
  }

  private Optional<Digest> digest(String reference, Answer answer) throws IOException {
    try {
      Optional<Digest> said = answer.header(DIGEST_HEADER).map(Digest::parse);
      if (Digest.isDigest(reference) && said.isPresent()) {
        requireSame(reference, Digest.parse(reference), said.get());
      }
      return said;
    } catch (IllegalArgumentException e) {
      throw new DamagedContentException(
          "%s: the registry names a digest that is none: %s"
              .formatted(describe(reference), e.getMessage()));
    }
  }

  private void requireSame(String reference, Digest expected, Digest found)
      throws DamagedContentException {
    if (expected.algorithm().equals(found.algorithm()) && !expected.equals(found)) {
      throw new DamagedContentException(
          "%s: expected %s, the registry says %s".formatted(describe(reference), expected, found));
    }
  }

  @Override
  public Optional<Document> document(String reference) throws IOException {
    return host.retries()
        .result(
            "GET " + describe(reference),
            () -> {
              try {
                return readDocument(reference);
              } catch (StoreException e) {
                throw e;
              } catch (IOException e) {
                throw Refusals.unanswered(describe(reference), host.registry(), e);
              }
            });
  }

  private Optional<Document> readDocument(String reference) throws IOException {
    Call call = manifestCall("GET", reference, Scope.pull(repository)).with("Accept", ACCEPT);
    try (Answer answer = host.call(describe(reference), call)) {
      if (answer.status() == 404) {
        return Optional.empty();
      }
      if (!answer.isSuccess()) {
        throw host.refusal(describe(reference), answer);
      }
      byte[] bytes = answer.body().readNBytes(Document.MAX_SIZE + 1);
      if (bytes.length > Document.MAX_SIZE) {
        throw new DamagedContentException(
            "%s is larger than a document may be (%d bytes)"
                .formatted(describe(reference), Document.MAX_SIZE));
      }
      String type = answer.header("Content-Type").map(RegistryStore::withoutParameters).orElse("");
      Document document;
      try {
        document = Document.parse(type, bytes);
      } catch (IllegalArgumentException e) {
        throw new DamagedContentException(describe(reference) + ": " + e.getMessage());
      }
      if (Digest.isDigest(reference)) {
        requireSame(reference, Digest.parse(reference), document.digest());
      }
      Optional<Digest> said = digest(reference, answer);
      if (said.isPresent()) {
        requireSame(reference, said.get(), document.digest());
      }
      seenDocuments.add(document.digest());
      return Optional.of(document);
    }
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
        String origin = RegistryStore.this.name();
        return new VerifyingStream(
            new ResumingStream(host, repository, descriptor), descriptor, origin);
      }

      @Override
      public Optional<Mountable> mountable() {
        return Optional.of(new Mountable(host.registry(), repository));
      }
    };
  }

  @Override
  public Transfer put(Blob blob) throws IOException {
    if (seenBlobs.contains(blob.descriptor().digest())) {
      return Transfer.PRESENT;
    }
    Transfer transfer = new BlobUpload(host, repository, blob).run();
    seenBlobs.add(blob.descriptor().digest());
    return transfer;
  }

  @Override
  public void put(Document document) throws IOException {
    write(document, document.digest().toString());
  }

  @Override
  public void tag(Document document, String tag) throws IOException {
    write(document, tag);
  }

  private void write(Document document, String reference) throws IOException {
    byte[] bytes = document.bytes();
    Call call =
        manifestCall("PUT", reference, Scope.push(repository))
            .with("Content-Type", document.mediaType())
            .withBody(() -> BodyPublishers.ofByteArray(bytes), bytes.length);
    try (Answer answer = host.call(describe(reference), call)) {
      if (!answer.isSuccess()) {
        throw host.refusal(describe(reference), answer);
      }
      Optional<Digest> said = digest(reference, answer);
      if (said.isPresent()) {
        requireSame(reference, document.digest(), said.get());
      }
    }
    seenDocuments.add(document.digest());
  }

  @Override
  public boolean holds(Descriptor document) {
    return seenDocuments.contains(document.digest());
  }
}
