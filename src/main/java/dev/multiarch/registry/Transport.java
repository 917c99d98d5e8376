package dev.multiarch.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Sends single HTTP requests, over connections that are shared by all registries and stay open. It
 * follows no redirect and answers no challenge. A request on which nothing moves for a while fails.
 */
final class Transport implements AutoCloseable {

  /** The slowest line on which an upload is given the time it needs, in bytes per second. */
  private static final long SLOWEST_UPLOAD = 32 * 1024;

  private final RegistryOptions options;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "multiarch-idle");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable HttpClient client;
  private @Nullable HttpClient trustingClient;

  Transport(RegistryOptions options) {
    this.options = options;
  }

  /**
   * Sends a request.
   *
   * @param trusting whether any certificate will do
   * @throws IOException if there was no answer
   */
  Answer send(Call call, URI uri, Optional<String> authorization, boolean trusting)
      throws IOException {
    Duration timeout = options.idleTimeout().plus(Duration.ofSeconds(call.size() / SLOWEST_UPLOAD));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .method(call.method(), call.body().get())
            .header("User-Agent", options.userAgent());
    call.headers().forEach(request::header);
    authorization.ifPresent(value -> request.header("Authorization", value));
    try {
      HttpResponse<InputStream> response =
          client(trusting).send(request.build(), BodyHandlers.ofInputStream());
      return Answer.of(response, new Watched(response.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted during " + call);
    }
  }

  private synchronized HttpClient client(boolean trusting) {
    if (trusting) {
      if (trustingClient == null) {
        trustingClient = builder().sslContext(trustingContext()).build();
      }
      return trustingClient;
    }
    if (client == null) {
      client = builder().build();
    }
    return client;
  }

  private HttpClient.Builder builder() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.connectTimeout());
    if (options.proxies() != null) {
      builder.proxy(options.proxies());
    }
    return builder;
  }

  private static SSLContext trustingContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEverybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  /** A body that is closed from outside when nothing comes any more: the JDK has no limit there. */
  private final class Watched extends FilterInputStream {

    private volatile boolean timedOut;

    Watched(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      ScheduledFuture<?> alarm =
          watch.schedule(this::giveUp, options.idleTimeout().toMillis(), TimeUnit.MILLISECONDS);
      try {
        int n = in.read(buffer, offset, length);
        if (n < 0 && timedOut) {
          throw new HttpTimeoutException("nothing came for " + options.idleTimeout());
        }
        return n;
      } catch (IOException e) {
        if (timedOut) {
          throw new HttpTimeoutException("nothing came for " + options.idleTimeout());
        }
        throw e;
      } finally {
        alarm.cancel(false);
      }
    }

    private void giveUp() {
      timedOut = true;
      try {
        in.close();
      } catch (IOException e) {
        // It is to end, and it has.
      }
    }
  }
}
