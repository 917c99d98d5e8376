package dev.multiarch.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries one request to its address and brings the answer back: no retry, no redirect, no
 * authentication. What it adds to the JDK's client is an end to all waiting.
 */
final class Wire {

  private final Clients client;
  private final RegistryOptions.Timeouts timeouts;
  private final String userAgent;
  private final Proxies proxies;

  /**
   * @param client the one client of all hosts
   */
  Wire(Clients client, RegistryOptions options) {
    this.client = client;
    this.timeouts = options.timeouts();
    this.userAgent = options.userAgent();
    this.proxies = new Proxies(options);
  }

  /**
   * Sends a request and waits for the headers of its answer.
   *
   * @param headers all headers, those of authentication included
   * @param deadline for the answer with its body, in terms of {@link System#nanoTime}
   * @throws IOException if the request was not answered; if the payload itself could not be read,
   *     the failure of the payload
   */
  Answer exchange(
      String method, URI address, Map<String, String> headers, Payload payload, long deadline)
      throws IOException {
    try (UploadStream bytes = new UploadStream(payload)) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(address).method(method, publisher(method, payload, bytes));
      request.setHeader("User-Agent", userAgent);
      headers.forEach(request::setHeader);
      proxies.header(address).ifPresent(value -> request.setHeader(Proxies.HEADER, value));
      CompletableFuture<HttpResponse<InputStream>> future =
          client
              .get()
              .sendAsync(request.build(), info -> new ResponseBody(timeouts.idle(), deadline));
      HttpResponse<InputStream> response = await(future, bytes, deadline);
      // JDK 17 gives no body at all with a proxy's refusal of a tunnel.
      InputStream body = response.body() == null ? InputStream.nullInputStream() : response.body();
      return new Answer(address, response.statusCode(), response.headers(), body);
    }
  }

  private static BodyPublisher publisher(String method, Payload payload, UploadStream bytes) {
    if (payload.length() == 0) {
      // POST and PUT say "Content-Length: 0", which some registries insist on.
      return method.equals("POST") || method.equals("PUT")
          ? BodyPublishers.ofByteArray(new byte[0])
          : BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> bytes), payload.length());
  }

  private <T> T await(CompletableFuture<T> future, UploadStream bytes, long deadline)
      throws IOException {
    while (true) {
      long untilIdle = bytes.lastProgress() + timeouts.idle().toNanos() - System.nanoTime();
      long patience = Math.min(untilIdle, deadline - System.nanoTime());
      if (patience <= 0) {
        future.cancel(true);
        throw new HttpTimeoutException(
            untilIdle <= 0
                ? "no answer, and no byte taken, for " + timeouts.idle().toSeconds() + " s"
                : "not done after " + timeouts.total().toSeconds() + " s");
      }
      try {
        return future.get(patience, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Bytes may have moved meanwhile: look again.
      } catch (InterruptedException e) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      } catch (ExecutionException e) {
        throw bytes.failure().orElseGet(() -> asIo(e.getCause()));
      }
    }
  }

  private static IOException asIo(Throwable cause) {
    return cause instanceof IOException io ? io : new IOException(cause);
  }
}
