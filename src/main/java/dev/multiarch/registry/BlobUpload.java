package dev.multiarch.registry;

import dev.multiarch.oci.Digest;
import dev.multiarch.store.Blob;
import dev.multiarch.store.DamagedContentException;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings one blob into a repository: in one piece, or in chunks where it is large or the registry
 * finds it too large. After a failure the session is asked how much has arrived, and the upload
 * goes on from there; nothing is sent into a session of unknown state.
 */
final class BlobUpload {

  private static final long WHOLE = Long.MAX_VALUE;
  private static final long SMALLEST_CHUNK = 1 << 20;

  /** A session that is gone, or further or less far than we thought: to be asked, or replaced. */
  private static final Set<Integer> SESSION_LOST = Set.of(404, 416);

  private final Host host;
  private final Repository repository;
  private final Scope scope;
  private final Blob blob;
  private final Digest digest;
  private final long size;
  private final long firstChunk;
  private long chunk;
  private volatile @Nullable Session session;
  private volatile boolean abandoned;
  private boolean unsure;
  private boolean arrived;

  /**
   * @param opened a session that the registry has opened for the blob already
   */
  BlobUpload(
      Host host,
      Repository repository,
      Blob blob,
      RegistryOptions.Chunks chunks,
      Optional<Session> opened) {
    this.host = host;
    this.repository = repository;
    this.scope = repository.push();
    this.blob = blob;
    this.digest = blob.descriptor().digest();
    this.size = blob.descriptor().size();
    this.firstChunk = chunks.size();
    this.chunk = size > chunks.threshold() ? firstChunk : host.losesBodyOfLastPut() ? size : WHOLE;
    this.session = opened.orElse(null);
  }

  /** Sends the blob; a session that led to nothing is cancelled. */
  Transfer send(OpenUploads uploads) throws IOException {
    return whileOpen(uploads, this::sendWhole);
  }

  /** Sends the blob, unless the repository has it; a session that is not needed is cancelled. */
  Transfer sendIfAbsent(OpenUploads uploads) throws IOException {
    return sendUnless(uploads, this::isThere);
  }

  /** The same, where the caller can tell whether the repository has the blob. */
  Transfer sendUnless(OpenUploads uploads, Retry.Attempt<Boolean> isThere) throws IOException {
    return whileOpen(uploads, () -> isThere.make() ? Transfer.PRESENT : sendWhole());
  }

  private Transfer whileOpen(OpenUploads uploads, Retry.Attempt<Transfer> work) throws IOException {
    uploads.add(this);
    try {
      return work.make();
    } finally {
      cancel();
      uploads.remove(this);
    }
  }

  private Transfer sendWhole() throws IOException {
    Call whole = repository.blob("PUT", digest, scope);
    try (BlobReader reader = new BlobReader(blob)) {
      host.retrying(
          whole,
          () -> {
            attempt(reader);
            return arrived;
          });
      session = null;
      return Transfer.SENT;
    }
  }

  private void attempt(BlobReader reader) throws IOException {
    settle();
    while (!arrived) {
      try {
        unsure = true;
        sendRest(reader);
        arrived = true;
      } catch (RegistryException e) {
        if (!changesWay(e)) {
          throw e;
        }
        settle();
      }
    }
  }

  /** Comes to a session whose state is known, or to the knowledge that none is needed. */
  private void settle() throws IOException {
    Session before = session;
    if (unsure && before != null) {
      session =
          host.call(
              repository.blob("GET", digest, scope).then("GET", before.location()),
              answer ->
                  answer.status() == 204 || answer.status() == 202
                      ? before.after(answer, 0)
                      : null);
      if (session != null && session.received() > size) {
        // It counts what came twice, and will never be the blob.
        cancel();
      }
      // A session is gone when it was completed, also if we did not hear of that.
      arrived = session == null && hasArrived();
    }
    if (session == null && !arrived) {
      session = start();
      requireWanted();
    }
    unsure = false;
  }

  private boolean hasArrived() throws IOException {
    return host.call(repository.blob("HEAD", digest, scope), answer -> answer.status() == 200);
  }

  /** Whether the repository has the blob. */
  boolean isThere() throws IOException {
    Call head = repository.blob("HEAD", digest, scope);
    return host.call(
        head,
        answer -> {
          if (answer.status() == 404) {
            return false;
          }
          if (answer.status() != 200) {
            throw host.refused(head, answer);
          }
          requireSameDigest(host, digest, answer);
          if (answer.length().orElse(size) != size) {
            throw new DamagedContentException(
                "%s: it has %d bytes there instead of %d"
                    .formatted(
                        repository.text(digest.toString()), answer.length().getAsLong(), size));
          }
          return true;
        });
  }

  private Session start() throws IOException {
    requireWanted();
    Call post = repository.upload(digest, scope);
    return host.call(post, answer -> started(host, post, answer));
  }

  private void requireWanted() throws InterruptedIOException {
    if (abandoned) {
      throw new InterruptedIOException("cancelled");
    }
  }

  /** Reads the 202 that opens a session. */
  static Session started(Host host, Call post, Answer answer) throws IOException {
    if (answer.status() != 202) {
      throw host.refused(post, answer);
    }
    return Session.opened(answer, 0)
        .orElseThrow(
            () ->
                host.refusals()
                    .broken(
                        post,
                        "opened an upload without saying where",
                        "This is a fault of the registry; tell its operator."));
  }

  private void sendRest(BlobReader reader) throws IOException {
    Session open = session;
    long piece = chunk == WHOLE ? WHOLE : Math.max(chunk, open.leastChunk());
    while (chunk != WHOLE && open.received() < size) {
      open = sendChunk(reader, open, Math.min(piece, size - open.received()));
      session = open;
    }
    finish(reader, open);
  }

  private Session sendChunk(BlobReader reader, Session open, long length) throws IOException {
    long end = open.received() + length;
    Call patch = sending("PATCH", open.location(), reader, open.received(), length);
    Session after =
        host.call(
            patch,
            answer -> {
              if (answer.status() != 202) {
                throw judged(patch, answer);
              }
              return open.after(answer, end);
            });
    if (after.received() <= open.received() || after.received() > end) {
      throw host.refusals()
          .broken(
              patch,
              "took %d bytes of a chunk from %d to %d"
                  .formatted(after.received() - open.received(), open.received(), end - 1),
              "This is a fault of the registry; tell its operator.");
    }
    return after;
  }

  private void finish(BlobReader reader, Session open) throws IOException {
    URI closing = open.closing(digest.toString());
    Call put = sending("PUT", closing, reader, open.received(), size - open.received());
    host.call(
        put,
        answer -> {
          if (!answer.isSuccess() || answer.status() == 202) {
            throw judged(put, answer);
          }
          requireSameDigest(host, digest, answer);
          return answer.status();
        });
  }

  private Call sending(String method, URI to, BlobReader reader, long offset, long length) {
    Call call =
        repository
            .blob(method, digest, scope)
            .then(method, to)
            .with(reader.piece(offset, length))
            .with("Content-Type", "application/octet-stream")
            .once();
    boolean part = length > 0 && (method.equals("PATCH") || offset > 0);
    return part ? call.with("Content-Range", offset + "-" + (offset + length - 1)) : call;
  }

  private RegistryException judged(Call call, Answer answer) {
    RegistryException refused = host.refused(call, answer);
    return SESSION_LOST.contains(refused.status())
            || refused.codes().stream().anyMatch(code -> code.startsWith("BLOB_UPLOAD"))
        ? refused.passing(Optional.empty())
        : refused;
  }

  /** Whether there is another way to send the blob after this refusal. */
  private boolean changesWay(RegistryException refusal) {
    if (refusal.status() == 413) {
      return shrink();
    }
    if (chunk != WHOLE || !refusal.codes().contains("DIGEST_INVALID")) {
      return false;
    }
    // What was sent had the right digest, or had it when this process wrote it, so the registry did
    // not look at it: Artipie 0.18 takes bytes by PATCH only.
    cancel();
    chunk = size;
    host.foundToLoseBodyOfLastPut();
    return true;
  }

  /** Makes chunks smaller, if the registry lets us. */
  private boolean shrink() {
    long least = Math.max(SMALLEST_CHUNK, session == null ? 0 : session.leastChunk());
    long smaller = chunk == WHOLE ? Math.min(firstChunk, size) : chunk / 2;
    if (smaller < least && chunk <= least) {
      return false;
    }
    chunk = Math.max(smaller, least);
    return true;
  }

  /** Cancels the upload for good, from another thread: it is not begun again. */
  void abandon() {
    abandoned = true;
    cancel();
  }

  /**
   * Tells the registry that nothing more comes, so that it keeps no half blob. docker-registry 2.8
   * answers 404 if a request broke off in the middle: the state in the location's query no longer
   * fits then, and only its own purging ends the session.
   */
  void cancel() {
    Session left = session;
    session = null;
    if (left == null) {
      return;
    }
    // Also when we are interrupted, which must not keep this one request from going out.
    boolean interrupted = Thread.interrupted();
    host.mention(repository.blob("DELETE", digest, scope).then("DELETE", left.location()));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The registry says what it has stored; if that is not what we sent, nothing may rest on it. */
  static void requireSameDigest(Host host, Digest sent, Answer answer)
      throws DamagedContentException {
    String stored = answer.header("Docker-Content-Digest").orElse("");
    if (!stored.isEmpty()
        && stored.startsWith(sent.algorithm() + ":")
        && !stored.equals(sent.toString())) {
      throw new DamagedContentException(
          "%s stored %s when %s was sent".formatted(host.name(), stored, sent));
    }
  }
}
