package dev.multiarch.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A few lines over the JDK's client for the tests of the fake: no retry, no redirect, no auth. */
final class Http {
  private final HttpClient client;
  private final FakeRegistry registry;

  Http(FakeRegistry registry) {
    this(registry, HttpClient.newHttpClient());
  }

  Http(FakeRegistry registry, HttpClient client) {
    this.registry = registry;
    this.client = client;
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, BodyPublishers.noBody(), headers);
  }

  HttpResponse<byte[]> head(String path, String... headers)
      throws IOException, InterruptedException {
    return send("HEAD", path, BodyPublishers.noBody(), headers);
  }

  HttpResponse<byte[]> post(String path, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.noBody(), headers);
  }

  HttpResponse<byte[]> delete(String path, String... headers)
      throws IOException, InterruptedException {
    return send("DELETE", path, BodyPublishers.noBody(), headers);
  }

  HttpResponse<byte[]> patch(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send("PATCH", path, BodyPublishers.ofByteArray(body), headers);
  }

  HttpResponse<byte[]> put(String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return send("PUT", path, BodyPublishers.ofByteArray(body), headers);
  }

  HttpResponse<byte[]> send(String method, String path, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(method, path, body, headers).build(), BodyHandlers.ofByteArray());
  }

  /** Sends with a timeout, for requests that may be left without an answer. */
  HttpResponse<byte[]> sendOrTimeout(Duration patience, String method, String path, byte[] body)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request(method, path, BodyPublishers.ofByteArray(body)).build(),
            BodyHandlers.ofByteArray());
    try {
      // The client's own timeout ends with the headers, and a body may stall too.
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      answer.cancel(true);
      throw new IOException(e);
    }
  }

  /** Opens an upload and returns its location. */
  String open(String repository) throws IOException, InterruptedException {
    return location(post("/v2/" + repository + "/blobs/uploads/"));
  }

  java.net.http.HttpRequest.Builder request(
      String method, String path, BodyPublisher body, String... headers) {
    URI uri = URI.create(path.startsWith("/") ? registry.url() + path : path);
    java.net.http.HttpRequest.Builder builder =
        java.net.http.HttpRequest.newBuilder(uri).method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder;
  }

  static String location(HttpResponse<byte[]> response) {
    return header(response, "Location");
  }

  static String header(HttpResponse<byte[]> response, String name) {
    return response
        .headers()
        .firstValue(name)
        .orElseThrow(
            () -> new AssertionError("no " + name + " in " + Map.copyOf(response.headers().map())));
  }

  static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
