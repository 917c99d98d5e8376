package dev.multiarch.registry;

import dev.multiarch.oci.Descriptor;
import dev.multiarch.store.Blob;
import dev.multiarch.store.StoreException;
import dev.multiarch.store.Transfer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Brings one blob to a repository: asked for, mounted, or sent in one PUT that streams it
 * (distribution spec, "Pushing blobs"). A body that broke off is never sent into the same session
 * again; a new one is opened, and the old one cancelled.
 */
final class BlobUpload {

  private final Host host;
  private final String repository;
  private final Blob blob;
  private final Descriptor descriptor;
  private final Scope scope;

  BlobUpload(Host host, String repository, Blob blob) {
    this.host = host;
    this.repository = repository;
    this.blob = blob;
    this.descriptor = blob.descriptor();
    this.scope =
        mountFrom().isPresent()
            ? Scope.mount(repository, mountFrom().get())
            : Scope.push(repository);
  }

  private Optional<String> mountFrom() {
    return blob.mountable()
        .filter(place -> place.registry().equals(host.registry()))
        .map(Blob.Mountable::repository)
        .filter(from -> !from.equals(repository));
  }

  private String what() {
    return "%s/%s@%s".formatted(host.registry(), repository, descriptor.digest());
  }

  Transfer run() throws IOException {
    if (exists()) {
      return Transfer.PRESENT;
    }
    return host.retries()
        .result(
            "upload of " + what(),
            () -> {
              try {
                return attempt();
              } catch (StoreException e) {
                throw e;
              } catch (IOException e) {
                // The bytes may have arrived, and only the answer been lost.
                if (Retries.mayPass(e) && exists()) {
                  return Transfer.SENT;
                }
                if (Retries.mayPass(e)) {
                  throw e;
                }
                throw Refusals.unanswered(what(), host.registry(), e);
              }
            });
  }

  private boolean exists() throws IOException {
    Call call = Call.of("HEAD", "/v2/" + repository + "/blobs/" + descriptor.digest(), scope);
    try (Answer answer = host.call(what(), call)) {
      if (answer.status() == 404) {
        return false;
      }
      if (!answer.isSuccess()) {
        throw host.refusal(what(), answer);
      }
      return answer
          .header("Content-Length")
          .map(length -> length.equals(Long.toString(descriptor.size())))
          .orElse(true);
    }
  }

  private Transfer attempt() throws IOException {
    String path = "/v2/" + repository + "/blobs/uploads/";
    if (mountFrom().isPresent()) {
      path += "?mount=" + descriptor.digest() + "&from=" + encode(mountFrom().get());
    }
    String session;
    try (Answer answer = host.call(what(), Call.of("POST", path, scope))) {
      if (answer.status() == 201) {
        return Transfer.MOUNTED;
      }
      if (!answer.isSuccess()) {
        throw host.refusal(what(), answer);
      }
      session = host.resolve(answer);
    }
    boolean finished = false;
    try {
      send(session);
      finished = true;
      return Transfer.SENT;
    } finally {
      if (!finished) {
        cancel(session);
      }
    }
  }

  private void send(String session) throws IOException {
    String target =
        session
            + (session.contains("?") ? "&" : "?")
            + "digest="
            + encode(descriptor.digest().toString());
    Call call =
        Call.of("PUT", target, scope)
            .with("Content-Type", "application/octet-stream")
            .withBody(this::body, descriptor.size());
    try (Answer answer = host.once(call)) {
      if (!answer.isSuccess()) {
        throw host.refusal(what(), answer);
      }
    }
  }

  private BodyPublisher body() {
    if (descriptor.size() == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(this::open), descriptor.size());
  }

  private InputStream open() {
    try {
      return blob.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A session that is left open would hold its bytes until the registry cleans up. */
  private void cancel(String session) {
    try (Answer answer = host.once(Call.of("DELETE", session, scope))) {
      host.log().debug("upload of " + what() + " cancelled: " + answer.status());
    } catch (IOException e) {
      host.log().debug("upload of " + what() + " could not be cancelled: " + e.getMessage());
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
