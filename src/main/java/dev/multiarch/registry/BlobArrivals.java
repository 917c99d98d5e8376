package dev.multiarch.registry;

import static dev.multiarch.registry.BlobUpload.requireSameDigest;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.oci.Digest;
import dev.multiarch.oci.Document;
import dev.multiarch.store.Blob;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How blobs come into one repository: they are there, are mounted, or are sent.
 *
 * <p>Whether a blob is there need not be asked where a mount tells it: a mount is answered 201 if
 * the blob is there afterwards, and else opens the upload that is needed anyway (distribution spec,
 * "Mounting a blob from another repository"). The repository to mount from may be this one. The
 * spec lets a registry open an upload in any case, so what its answers mean has to be learnt.
 */
final class BlobArrivals {

  /** A blob that may be sent twice for the sake of a lesson: configs and layers of a few files. */
  private static final long SMALL = 64 * 1024;

  private final Repository repository;
  private final Host host;
  private final RegistryOptions options;
  private final OpenUploads uploads;

  /** What this process has put here or found here. */
  private final Set<Digest> blobs = ConcurrentHashMap.newKeySet();

  /** What manifests lead to that the registry has shown us. */
  private final Set<Digest> vouched = ConcurrentHashMap.newKeySet();

  /** Whether the registry has shown us any document here: somebody may have vouched, or will. */
  private volatile boolean shown;

  /** Blobs that were to be put here, and were not, because a manifest vouches for them. */
  private final Map<Digest, Blob> unasked = new ConcurrentHashMap<>();

  /** One at a time, since manifests share blobs. */
  private final Lane asking = new Lane(1);

  private final Map<String, ShortCut> sisters = new ConcurrentHashMap<>();

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
    if (vouched.contains(digest)) {
      unasked.put(digest, blob);
      host.whereabouts().seen(digest, repository.name());
      return Transfer.PRESENT;
    }
    return bring(blob);
  }

  private Transfer bring(Blob blob) throws IOException {
    Digest digest = blob.descriptor().digest();
    Optional<String> sister = sister(blob);
    Transfer transfer = sister.isPresent() ? ofSister(blob, sister.get()) : own(blob);
    blobs.add(digest);
    host.whereabouts().seen(digest, repository.name());
    return transfer;
  }

  /**
   * Takes the word of a document of the repository for its blobs. Registries look for a manifest's
   * blobs before they take it in, and keep them as long as it; where somebody has deleted one
   * nevertheless, the next manifest with it is refused, and it is time to {@link #ask}.
   */
  void trust(Document document) {
    try {
      for (Descriptor blob : document.blobs()) {
        vouched.add(blob.digest());
      }
      shown = true;
    } catch (IllegalArgumentException e) {
      // Whoever reads more of it than its digest is told that it is no image.
      options.log().debug(repository.text(document.digest().toString()) + ": " + e.getMessage());
    }
  }

  /** Whether a manifest has blobs for which there is another one's word only. */
  boolean isOnTrust(Document manifest) {
    for (Descriptor blob : manifest.blobs()) {
      if (unasked.containsKey(blob.digest())) {
        return true;
      }
    }
    return false;
  }

  /** Brings those of a manifest's blobs here that were taken on trust, as if nothing were known. */
  void ask(Document manifest) throws IOException {
    asking.enter();
    try {
      for (Descriptor part : manifest.blobs()) {
        Blob blob = unasked.get(part.digest());
        if (blob != null) {
          bring(blob);
          unasked.remove(part.digest());
        }
      }
    } finally {
      asking.leave();
    }
  }

  // ---- blobs that a sister repository should have

  private Optional<String> sister(Blob blob) {
    Optional<Blob.Mountable> place = blob.mountable();
    Optional<String> name =
        place.isPresent() && place.get().registry().equals(repository.registry())
            ? Optional.of(place.get().repository())
            : host.whereabouts().of(blob.descriptor().digest());
    return name.equals(Optional.of(repository.name())) ? Optional.empty() : name;
  }

  private Transfer ofSister(Blob blob, String sister) throws IOException {
    ShortCut unasked = sisters.computeIfAbsent(sister, name -> new ShortCut());
    Optional<Transfer> first = unasked.tryFirst(() -> mountUnasked(blob, sister, unasked));
    if (first.isPresent()) {
      return first.get();
    }
    return unasked.works() ? mountUnasked(blob, sister, unasked) : mountIfAbsent(blob, sister);
  }

  /** Mounts without having asked; if that fails, it is time to ask. */
  private Transfer mountUnasked(Blob blob, String sister, ShortCut unasked) throws IOException {
    Mount mount = mount(blob.descriptor().digest(), sister);
    unasked.learnt(mount.done());
    return mount.done() ? Transfer.MOUNTED : upload(blob, mount.opened()).sendIfAbsent(uploads);
  }

  private Transfer mountIfAbsent(Blob blob, String sister) throws IOException {
    BlobUpload upload = upload(blob, Optional.empty());
    if (upload.isThere()) {
      return Transfer.PRESENT;
    }
    Mount mount = mount(blob.descriptor().digest(), sister);
    return mount.done() ? Transfer.MOUNTED : upload(blob, mount.opened()).send(uploads);
  }

  // ---- blobs that are here or nowhere

  private Transfer own(Blob blob) throws IOException {
    ShortCut mounts = host.mountsOfSelf();
    if (blob.descriptor().size() <= SMALL) {
      if (shown) {
        // What no image that we were shown has, by now, is most likely new.
        return upload(blob, Optional.empty()).send(uploads);
      }
      Optional<Transfer> first = mounts.tryFirst(() -> learnBy(blob, mounts));
      if (first.isPresent()) {
        return first.get();
      }
    } else {
      mounts.awaitTrial();
    }
    return mounts.fails()
        ? upload(blob, Optional.empty()).sendIfAbsent(uploads)
        : mountOrSend(blob, mounts);
  }

  /**
   * Sends a blob that its mount does not find. A large one is not sent to learn something: it is
   * asked for, unless another one has shown meanwhile that the mount would have found it.
   */
  private Transfer mountOrSend(Blob blob, ShortCut mounts) throws IOException {
    Optional<Mount> mount = mountOfSelf(blob);
    if (mount.isEmpty() || mount.get().done()) {
      return learnt(blob, mount, mounts);
    }
    BlobUpload upload = upload(blob, mount.get().opened());
    Transfer transfer =
        upload.sendUnless(
            uploads,
            () -> {
              mounts.awaitTrial();
              return !mounts.works() && upload.isThere();
            });
    if (transfer == Transfer.PRESENT) {
      mounts.learnt(false);
    }
    return transfer;
  }

  /** A mount that was done or refused leaves no doubt. */
  private Transfer learnt(Blob blob, Optional<Mount> mount, ShortCut mounts) throws IOException {
    mounts.learnt(mount.isPresent());
    return mount.isPresent()
        ? Transfer.PRESENT
        : upload(blob, Optional.empty()).sendIfAbsent(uploads);
  }

  /**
   * Finds out by a small blob whether mounts from the repository itself can be relied on. An upload
   * that opens may mean that the blob is not there, or that the registry never mounts in that way:
   * so the blob is sent and mounted once more.
   */
  private Transfer learnBy(Blob blob, ShortCut mounts) throws IOException {
    Optional<Mount> before = mountOfSelf(blob);
    if (before.isEmpty() || before.get().done()) {
      return learnt(blob, before, mounts);
    }
    Transfer sent = upload(blob, before.get().opened()).send(uploads);
    Mount after = mountOfSelf(blob).orElse(Mount.REFUSED);
    if (after.opened().isPresent()) {
      upload(blob, after.opened()).cancel();
    }
    mounts.learnt(after.done());
    return sent;
  }

  // ---- requests

  private BlobUpload upload(Blob blob, Optional<Session> opened) {
    return new BlobUpload(host, repository, blob, options.chunks(), opened);
  }

  /**
   * What became of a mount.
   *
   * @param done whether the blob is here now
   * @param opened the session that was opened instead; empty if the mount was refused
   */
  private record Mount(boolean done, Optional<Session> opened) {
    static final Mount REFUSED = new Mount(false, Optional.empty());
  }

  /** Empty if the registry refuses mounts from the repository itself. */
  private Optional<Mount> mountOfSelf(Blob blob) throws IOException {
    Mount mount = mount(blob.descriptor().digest(), repository.name());
    return mount.done() || mount.opened().isPresent() ? Optional.of(mount) : Optional.empty();
  }

  private Mount mount(Digest digest, String from) throws IOException {
    Call mount = repository.mount(digest, from, repository.push().mountingFrom(from));
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
      if (isAboutMount(e.status())) {
        // We may not read the sister, it is gone, or nobody thought of such a mount: the blob can
        // be sent all the same.
        return Mount.REFUSED;
      }
      throw e;
    }
  }

  /** Whether a failure says something of the mount, rather than of the registry's state. */
  private static boolean isAboutMount(int status) {
    return status != RegistryException.NO_ANSWER && (status == 500 || !Refusals.isNotNow(status));
  }
}
