package dev.multiarch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** One listening port on the loopback address, with a daemon thread per connection. */
final class HttpServer implements AutoCloseable {

  /** Turns a request into an answer; an exception ends the connection with a reset. */
  @FunctionalInterface
  interface Handler {
    HttpAnswer answer(HttpRequest request) throws IOException, InterruptedException;
  }

  private final ServerSocket listener;
  private final @Nullable SSLContext tls;
  private final AtomicInteger connectionIds;
  private final Handler handler;
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
  private final List<RuntimeException> failures = new CopyOnWriteArrayList<>();
  private final Thread acceptor;
  private volatile boolean closed;

  private HttpServer(
      ServerSocket listener,
      @Nullable SSLContext tls,
      AtomicInteger connectionIds,
      Handler handler) {
    this.listener = listener;
    this.tls = tls;
    this.connectionIds = connectionIds;
    this.handler = handler;
    this.acceptor = new Thread(this::accept, "fake-registry-" + listener.getLocalPort());
    acceptor.setDaemon(true);
  }

  static HttpServer start(@Nullable SSLContext tls, AtomicInteger connectionIds, Handler handler) {
    try {
      ServerSocket listener =
          new ServerSocket(0, 128, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
      HttpServer server = new HttpServer(listener, tls, connectionIds, handler);
      server.acceptor.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String host() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  String url() {
    return (tls == null ? "http://" : "https://") + host();
  }

  int accepted() {
    return accepted.get();
  }

  /** Mistakes of the fake itself, which must not pass for a planted fault. */
  List<RuntimeException> failures() {
    return List.copyOf(failures);
  }

  /** Not those with which a client answers to the reset of the first. */
  void resetConnections() {
    List.copyOf(open).forEach(HttpConnection::reset);
  }

  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitTheLastAccept();
    open.forEach(HttpConnection::abort);
  }

  /** The system goes on listening until the call that waits for a connection has come back. */
  private void awaitTheLastAccept() {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  HttpAnswer answer(HttpRequest request) throws IOException, InterruptedException {
    try {
      return handler.answer(request);
    } catch (RuntimeException e) {
      failures.add(e);
      return HttpAnswer.error(500, "UNKNOWN", "the fake registry is broken: " + e);
    }
  }

  void ended(HttpConnection connection) {
    open.remove(connection);
  }

  private static void hangUp(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing more to it.
    }
  }

  private void accept() {
    while (!closed) {
      Socket socket;
      try {
        socket = listener.accept();
      } catch (IOException e) {
        return;
      }
      if (closed) {
        hangUp(socket);
        return;
      }
      accepted.incrementAndGet();
      HttpConnection connection =
          new HttpConnection(this, socket, tls, connectionIds.incrementAndGet());
      open.add(connection);
      connection.start();
    }
  }
}
