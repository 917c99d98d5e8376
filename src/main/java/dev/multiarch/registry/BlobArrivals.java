package dev.multiarch.registry;

import static dev.multiarch.registry.BlobUpload.requireSameDigest;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How blobs come into one repository: they are there, are mounted, or are sent. */
final class BlobArrivals {

  private static final Set<Integer> MOUNT_REFUSED = Set.of(400, 401, 403, 404, 405);

  private final Repository repository;
  private final Host host;
  private final RegistryOptions options;
  private final OpenUploads uploads;

  /** What this process has put here or found here. */
  private final Set<Digest> blobs = ConcurrentHashMap.newKeySet();

  BlobArrivals(Repository repository, Host host, RegistryOptions options, OpenUploads uploads) {
    this.repository = repository;
    this.host = host;
    this.options = options;
    this.uploads = uploads;
  }

  /** Brings a blob here, unless it is here already, in the cheapest way there is. */
  Transfer put(Blob blob) throws IOException {
    Digest digest = blob.descriptor().digest();
    if (blobs.contains(digest)) {
      return Transfer.PRESENT;
    }
    Optional<String> sister =
        blob.mountable()
            .filter(place -> place.registry().equals(repository.registry()))
            .map(Blob.Mountable::repository)
            .or(() -> host.whereabouts().of(digest))
            .filter(name -> !name.equals(repository.name()));
    Scope scope = sister.map(repository.push()::mountingFrom).orElse(repository.push());
    Transfer transfer = Transfer.PRESENT;
    if (!isThere(blob.descriptor(), scope)) {
      transfer = bring(blob, sister, scope);
    }
    blobs.add(digest);
    host.whereabouts().seen(digest, repository.name());
    return transfer;
  }

  private boolean isThere(Descriptor blob, Scope scope) throws IOException {
    Call head = repository.blob("HEAD", blob.digest(), scope);
    return host.call(
        head,
        answer -> {
          if (answer.status() == 404) {
            return false;
          }
          if (answer.status() != 200) {
            throw host.refused(head, answer);
          }
          requireSameDigest(host, blob.digest(), answer);
          if (answer.length().orElse(blob.size()) != blob.size()) {
            throw new DamagedContentException(
                "%s: it has %d bytes there instead of %d"
                    .formatted(
                        repository.text(blob.digest().toString()),
                        answer.length().getAsLong(),
                        blob.size()));
          }
          return true;
        });
  }

  private Transfer bring(Blob blob, Optional<String> sister, Scope scope) throws IOException {
    Optional<Session> opened = Optional.empty();
    if (sister.isPresent()) {
      Mount mount = mount(blob.descriptor().digest(), sister.get(), scope);
      if (mount.done()) {
        return Transfer.MOUNTED;
      }
      opened = mount.opened();
    }
    new BlobUpload(host, repository, blob, options.chunks(), opened).send(uploads);
    return Transfer.SENT;
  }

  /**
   * What became of a mount.
   *
   * @param done whether the blob is here now
   * @param opened the session that was opened instead
   */
  private record Mount(boolean done, Optional<Session> opened) {}

  private Mount mount(Digest digest, String sister, Scope scope) throws IOException {
    Call mount = repository.mount(digest, sister, scope);
    try {
      return host.call(
          mount,
          answer -> {
            if (answer.status() == 201) {
              requireSameDigest(host, digest, answer);
              return new Mount(true, Optional.empty());
            }
            return new Mount(false, Optional.of(BlobUpload.started(host, mount, answer)));
          });
    } catch (RegistryException e) {
      if (MOUNT_REFUSED.contains(e.status())) {
        // We may not read the sister, or it is gone: the blob can be sent all the same.
        return new Mount(false, Optional.empty());
      }
      throw e;
    }
  }
}
