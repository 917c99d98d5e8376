package dev.multiarch.testing;

/**
 * What registries do differently within the spec, or are known to do beside it. Every setter takes
 * effect with the next request.
 */
public final class RegistryOptions {

  /** Where the {@code Location} of an upload points to. */
  public enum Location {
    /** A path without a host. */
    RELATIVE,
    /** The registry itself, with scheme and host. */
    ABSOLUTE,
    /** The blob storage, another host: it refuses requests that carry an Authorization header. */
    STORAGE
  }

  volatile Location location = Location.RELATIVE;
  volatile boolean locationQuery;
  volatile long chunkMinLength;
  volatile long maxBody = Long.MAX_VALUE;
  volatile boolean monolithicPost = true;
  volatile boolean bodyOfLastPut = true;
  volatile boolean mounts = true;
  volatile boolean mountsOfSelf = true;
  volatile boolean mountsFromAnywhere;
  volatile boolean mountSourceChallenged = true;
  volatile boolean blobRedirects;
  volatile boolean ranges = true;
  volatile boolean referencesChecked = true;
  volatile boolean acceptRespected = true;
  volatile int immutableStatus;
  volatile boolean immutableRefusesSame;
  volatile int tagLag;
  volatile boolean referrers;
  volatile boolean deletions = true;

  RegistryOptions() {}

  /** Sets the form of upload locations; relative unless set. */
  public RegistryOptions location(Location form) {
    location = form;
    return this;
  }

  /**
   * Gives upload locations a query with a state that changes with every chunk and that PATCH and
   * PUT must bring back: the spec wants each request sent to the location of the answer before.
   */
  public RegistryOptions locationQuery(boolean on) {
    locationQuery = on;
    return this;
  }

  /**
   * Announces {@code OCI-Chunk-Min-Length} and refuses whatever follows a shorter chunk; 0 for
   * none. Spec: "Pushing a blob in chunks".
   */
  public RegistryOptions chunkMinLength(long bytes) {
    chunkMinLength = bytes;
    return this;
  }

  /** Answers 413 to longer bodies, as the proxies in front of registries do. */
  public RegistryOptions maxBody(long bytes) {
    maxBody = bytes;
    return this;
  }

  /** Takes a blob in the POST itself; else the digest in the query is ignored with a 202. */
  public RegistryOptions monolithicPost(boolean on) {
    monolithicPost = on;
    return this;
  }

  /** Takes bytes in the PUT that ends an upload; else it does not look at them. */
  public RegistryOptions bodyOfLastPut(boolean on) {
    bodyOfLastPut = on;
    return this;
  }

  /** Honours mounts; else every one of them opens an upload, as the spec permits. */
  public RegistryOptions mounts(boolean on) {
    mounts = on;
    return this;
  }

  /** Answers 201 to the mount of a blob from the very repository that has it. */
  public RegistryOptions mountsOfSelf(boolean on) {
    mountsOfSelf = on;
    return this;
  }

  /** Mounts a blob from whichever repository has it, whatever {@code from} says. */
  public RegistryOptions mountsFromAnywhere(boolean on) {
    mountsFromAnywhere = on;
    return this;
  }

  /**
   * Answers 401 to a mount whose token may not read the source; else such a mount opens an upload.
   */
  public RegistryOptions mountSourceChallenged(boolean on) {
    mountSourceChallenged = on;
    return this;
  }

  /** Answers the GET of a blob with a redirect to the blob storage; a HEAD is answered here. */
  public RegistryOptions blobRedirects(boolean on) {
    blobRedirects = on;
    return this;
  }

  /** Answers the GET of a blob from a byte on with the rest; else with the whole of it. */
  public RegistryOptions ranges(boolean on) {
    ranges = on;
    return this;
  }

  /** Refuses a manifest that names blobs or children which the repository has not. */
  public RegistryOptions referencesChecked(boolean on) {
    referencesChecked = on;
    return this;
  }

  /** Answers 404 where the media type of a manifest is not among those of an Accept header. */
  public RegistryOptions acceptRespected(boolean on) {
    acceptRespected = on;
    return this;
  }

  /**
   * Refuses to move a tag.
   *
   * @param status what is answered then; 0 for tags that move
   * @param refusesSame whether a tag is also refused the digest that it names already
   */
  public RegistryOptions immutableTags(int status, boolean refusesSame) {
    immutableStatus = status;
    immutableRefusesSame = refusesSame;
    return this;
  }

  /** Shows a tag that was put only after so many reads that still see what was before. */
  public RegistryOptions tagLag(int reads) {
    tagLag = reads;
    return this;
  }

  /** Offers the referrers of a manifest; else that endpoint answers 404. */
  public RegistryOptions referrers(boolean on) {
    referrers = on;
    return this;
  }

  /** Permits the deletion of blobs, manifests and tags; else it answers 405. */
  public RegistryOptions deletions(boolean on) {
    deletions = on;
    return this;
  }
}
