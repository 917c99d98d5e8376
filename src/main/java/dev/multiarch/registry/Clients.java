package dev.multiarch.registry;

import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;

/**
 * The one HTTP client: made when it is first wanted, and ended. Its thread waits in native code,
 * for which a JVM that exits would wait 300 ms; and the JDK's own way to end it is there from 21 on
 * only. An interrupt ends it too, and a thread is found by the group that it was made in.
 */
final class Clients {

  private final ThreadGroup threads = new ThreadGroup("multiarch-http");
  private final AtomicBoolean begun = new AtomicBoolean();
  private final FutureTask<HttpClient> client;
  private volatile boolean ended;

  Clients(RegistryOptions options) {
    this.client =
        new FutureTask<>(
            () -> {
              HttpClient made = create(options);
              if (ended) {
                // Its thread is younger than the interrupt.
                threads.interrupt();
              }
              return made;
            });
  }

  /** Begins to make the client beside other work. */
  void begin() {
    if (begun.compareAndSet(false, true)) {
      Thread thread = new Thread(threads, client, "multiarch-http");
      thread.setDaemon(true);
      try {
        thread.start();
      } catch (OutOfMemoryError e) {
        // The system gives no more threads; nobody shall wait for this one.
        client.cancel(false);
        throw e;
      }
    }
  }

  /**
   * The client.
   *
   * @throws IOException if it cannot be made, or the thread is interrupted
   */
  HttpClient get() throws IOException {
    begin();
    try {
      return client.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      throw new StoreException(
          "the HTTP client cannot be made: " + e.getCause(),
          "Check the limits that the system sets for this process, on open files for one.",
          e.getCause());
    }
  }

  /** Ends the client; requests that are under way fail. */
  void end() {
    ended = true;
    threads.interrupt();
  }

  /** Whether anything of the client is still at work. */
  boolean isAlive() {
    return threads.activeCount() > 0;
  }

  private static HttpClient create(RegistryOptions options) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // With several streams in one connection one lost packet would hold up all uploads,
            // and few registries offer it for pushing.
            .version(HttpClient.Version.HTTP_1_1)
            // Credentials must not follow a redirect, so redirects are followed by us.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.timeouts().connect())
            .sslContext(LazyTls.of(() -> Trust.context(options)))
            // None given, the client would ask the context for its own, and so have it made.
            .sslParameters(new SSLParameters());
    options.proxies().ifPresent(builder::proxy);
    return builder.build();
  }
}
