package dev.multiarch.testing;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/** What the registry holds. Knows nothing of HTTP; every method is atomic. */
final class RegistryState {

  /** An upload that was begun and neither finished nor cancelled. */
  static final class Session {
    private final String id = UUID.randomUUID().toString();
    private final String repository;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private int generation;
    private boolean shortChunkSeen;

    private Session(String repository) {
      this.repository = repository;
    }

    String id() {
      return id;
    }

    String repository() {
      return repository;
    }
  }

  private static final class Repository {
    private final Map<String, byte[]> blobs = new TreeMap<>();
    private final Map<String, StoredManifest> manifests = new TreeMap<>();
    private final Map<String, String> tags = new TreeMap<>();
  }

  /** A tag that was moved and is still read as it was before, for so many more reads. */
  private record Lagging(Optional<String> before, int reads) {}

  private final Map<String, Repository> repositories = new TreeMap<>();
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<String, Lagging> lagging = new HashMap<>();

  synchronized void putBlob(String repository, String digest, byte[] content) {
    at(repository).blobs.put(digest, content.clone());
  }

  synchronized Optional<byte[]> blob(String repository, String digest) {
    return Optional.ofNullable(at(repository).blobs.get(digest));
  }

  synchronized Optional<byte[]> blobOfAnyRepository(String digest) {
    return repositories.values().stream()
        .filter(repository -> repository.blobs.containsKey(digest))
        .map(repository -> repository.blobs.get(digest))
        .findFirst();
  }

  synchronized boolean deleteBlob(String repository, String digest) {
    return at(repository).blobs.remove(digest) != null;
  }

  synchronized void putManifest(String repository, String digest, StoredManifest manifest) {
    at(repository).manifests.put(digest, manifest);
  }

  synchronized void tag(String repository, String tag, String digest) {
    at(repository).tags.put(tag, digest);
    lagging.remove(repository + ":" + tag);
  }

  /** Moves a tag in such a way that the next reads do not see it yet. */
  synchronized void tagWithLag(String repository, String tag, String digest, int reads) {
    Optional<String> before = taggedDigest(repository, tag);
    tag(repository, tag, digest);
    if (reads > 0 && !before.equals(Optional.of(digest))) {
      lagging.put(repository + ":" + tag, new Lagging(before, reads));
    }
  }

  synchronized Optional<String> taggedDigest(String repository, String tag) {
    return Optional.ofNullable(at(repository).tags.get(tag));
  }

  /** Resolves a tag or digest as a reader sees it, which counts as a read of a lagging tag. */
  synchronized Optional<String> resolve(String repository, String reference) {
    if (Digests.isDigest(reference)) {
      return Optional.of(reference);
    }
    Lagging lag = lagging.get(repository + ":" + reference);
    if (lag == null) {
      return taggedDigest(repository, reference);
    }
    if (lag.reads == 1) {
      lagging.remove(repository + ":" + reference);
    } else {
      lagging.put(repository + ":" + reference, new Lagging(lag.before, lag.reads - 1));
    }
    return lag.before;
  }

  synchronized Optional<StoredManifest> manifest(String repository, String digest) {
    return Optional.ofNullable(at(repository).manifests.get(digest));
  }

  synchronized Collection<StoredManifest> manifests(String repository) {
    return List.copyOf(at(repository).manifests.values());
  }

  /** Deletes a manifest with its tags, or a tag alone. */
  synchronized boolean deleteManifest(String repository, String reference) {
    Repository target = at(repository);
    if (!Digests.isDigest(reference)) {
      return target.tags.remove(reference) != null;
    }
    target.tags.values().removeIf(reference::equals);
    return target.manifests.remove(reference) != null;
  }

  synchronized Map<String, String> tags(String repository) {
    return new TreeMap<>(at(repository).tags);
  }

  synchronized boolean exists(String repository) {
    Repository found = repositories.get(repository);
    return found != null && !(found.blobs.isEmpty() && found.manifests.isEmpty());
  }

  synchronized Session open(String repository) {
    Session session = new Session(repository);
    sessions.put(session.id, session);
    return session;
  }

  synchronized Optional<Session> session(String repository, String id) {
    return Optional.ofNullable(sessions.get(id)).filter(s -> s.repository.equals(repository));
  }

  synchronized long received(Session session) {
    return session.content.size();
  }

  synchronized byte[] content(Session session) {
    return session.content.toByteArray();
  }

  /** Adds to a session; false when others were faster and it is no longer at that offset. */
  synchronized boolean append(Session session, long offset, byte[] bytes) {
    if (session.content.size() != offset) {
      return false;
    }
    session.content.writeBytes(bytes);
    session.generation++;
    return true;
  }

  /** Returns what a Location with a query carries; it changes with every chunk. */
  synchronized String stateOf(Session session) {
    return session.id.substring(0, 8) + "." + session.generation;
  }

  /** Tells whether the session has got a chunk that only the last may be: one that is too short. */
  synchronized boolean isShortChunkSeen(Session session) {
    return session.shortChunkSeen;
  }

  synchronized void shortChunkSeen(Session session) {
    session.shortChunkSeen = true;
  }

  synchronized boolean close(Session session) {
    return sessions.remove(session.id) != null;
  }

  synchronized boolean closeSession(String id) {
    return sessions.remove(id) != null;
  }

  synchronized void closeAllSessions() {
    sessions.clear();
  }

  synchronized int openSessions() {
    return sessions.size();
  }

  synchronized Snapshot snapshot() {
    return new Snapshot(
        each(repository -> new TreeSet<>(repository.blobs.keySet())),
        each(repository -> new TreeSet<>(repository.manifests.keySet())),
        each(repository -> new TreeMap<>(repository.tags)));
  }

  private <T> Map<String, T> each(Function<Repository, T> part) {
    Map<String, T> parts = new TreeMap<>();
    repositories.forEach(
        (name, repository) -> {
          if (exists(name)) {
            parts.put(name, part.apply(repository));
          }
        });
    return parts;
  }

  private Repository at(String repository) {
    return repositories.computeIfAbsent(repository, ignored -> new Repository());
  }
}
