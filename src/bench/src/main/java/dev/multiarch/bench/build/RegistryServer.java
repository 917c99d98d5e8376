package dev.multiarch.bench.build;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/** A registry on this machine, and the few requests that prepare it and look into it. */
final class RegistryServer implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 30;
  private static final String JIBS_INDEX_TYPE =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private RegistryServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static RegistryServer start(Path folder) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.createDirectories(folder);
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(folder.resolve("data"), port));
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    // Also when the benchmark is interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    RegistryServer server = new RegistryServer(process, port);
    server.awaitAnswer();
    return server;
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    for (int attempt = 0; ; attempt++) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException e) {
        if (attempt == PATIENCE_SECONDS * 20 || !process.isAlive()) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  boolean has(String repository, String tag) throws IOException, InterruptedException {
    return send(request(repository + "/manifests/" + tag).GET(), BodyHandlers.discarding())
            .statusCode()
        == 200;
  }

  /** The document that a tag names, as text. */
  String document(String repository, String tag) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(request(repository + "/manifests/" + tag).GET(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(repository + ":" + tag + " was not published: " + answer);
    }
    return answer.body();
  }

  void putBlob(String repository, String digest, BodyPublisher bytes)
      throws IOException, InterruptedException {
    HttpResponse<Void> opened =
        send(
            request(repository + "/blobs/uploads/").POST(BodyPublishers.noBody()),
            BodyHandlers.discarding());
    String place = opened.headers().firstValue("Location").orElseThrow();
    URI to = URI.create(place + (place.contains("?") ? "&" : "?") + "digest=" + digest);
    require(send(HttpRequest.newBuilder(to).PUT(bytes), BodyHandlers.discarding()));
  }

  void putDocument(String repository, String reference, String mediaType, String json)
      throws IOException, InterruptedException {
    require(
        send(
            request(repository + "/manifests/" + reference)
                .header("Content-Type", mediaType)
                .PUT(BodyPublishers.ofString(json)),
            BodyHandlers.discarding()));
  }

  private static void require(HttpResponse<?> answer) throws IOException {
    if (answer.statusCode() != 201) {
      throw new IOException(answer + " instead of 201");
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host() + "/v2/" + path))
        .setHeader("Accept", Base.INDEX_TYPE + ", " + JIBS_INDEX_TYPE);
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request.build(), handler);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
