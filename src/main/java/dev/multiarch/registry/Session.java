package dev.multiarch.registry;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upload that a registry has opened (distribution spec, "Pushing a blob in chunks").
 *
 * @param location where to send next; it may change with every answer, and is kept with its query
 * @param received how many bytes the registry has
 * @param leastChunk the fewest bytes that it takes as a chunk, but for the last one
 */
record Session(URI location, long received, long leastChunk) {

  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");

  /**
   * The session that a 202 or 204 speaks of.
   *
   * @param sent how many bytes should have arrived, if the answer does not say
   * @return empty if the answer names no location
   */
  static Optional<Session> opened(Answer answer, long sent) {
    Optional<URI> location = answer.location();
    return location.isPresent()
        ? Optional.of(new Session(location.get(), received(answer, sent), leastChunk(answer)))
        : Optional.empty();
  }

  /** This session after a further answer, which need not name the location again. */
  Session after(Answer answer, long sent) {
    return new Session(
        answer.location().orElse(location),
        received(answer, sent),
        Math.max(leastChunk, leastChunk(answer)));
  }

  private static long leastChunk(Answer answer) {
    String text = answer.header("OCI-Chunk-Min-Length").orElse("");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /**
   * Reads {@code Range: 0-N}, N being the last byte received. docker-registry 2.8 says {@code 0-0}
   * for none as well as for one.
   */
  private static long received(Answer answer, long sent) {
    Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
    if (!range.matches()) {
      return sent;
    }
    long last = Long.parseLong(range.group(1));
    return last == 0 ? Math.min(1, sent) : last + 1;
  }

  /** Where the upload is ended. */
  URI closing(String digest) {
    String text = location.toString();
    return URI.create(text + (text.contains("?") ? "&" : "?") + "digest=" + digest);
  }
}
