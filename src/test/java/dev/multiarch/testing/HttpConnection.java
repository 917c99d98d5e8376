package dev.multiarch.testing;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection: reads a request, asks for its answer, delivers it, and starts anew.
 *
 * <p>A request's body is read in full before its answer is sent. A server may answer earlier, but
 * what the client then sees depends on timing; {@link HttpAnswer.Delivery#WITHOUT_READING} is the
 * way to ask for it.
 */
final class HttpConnection implements Runnable {
  private final HttpServer server;
  private final Socket socket;
  private final @Nullable SSLContext tls;
  private final int id;
  private final Thread thread;

  HttpConnection(HttpServer server, Socket socket, @Nullable SSLContext tls, int id) {
    this.server = server;
    this.socket = socket;
    this.tls = tls;
    this.id = id;
    this.thread = new Thread(this, "fake-registry-connection-" + id);
    this.thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  HttpServer server() {
    return server;
  }

  int id() {
    return id;
  }

  /** Ends the connection with an RST, even under TLS, which would take its leave otherwise. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyClosed) {
      // Nothing is left to reset.
    }
  }

  /** Ends the connection and whatever its thread waits for. */
  void abort() {
    reset();
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      serve();
    } catch (IOException | InterruptedException ended) {
      reset();
    } finally {
      server.ended(this);
    }
  }

  private void serve() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    Socket channel = tls == null ? socket : secured(tls);
    InputStream in = new BufferedInputStream(channel.getInputStream());
    OutputStream out = new BufferedOutputStream(channel.getOutputStream());
    HttpRequest request = HttpRequest.read(this, in, out);
    while (request != null && deliver(request, out)) {
      request = HttpRequest.read(this, in, out);
    }
    channel.close();
  }

  private SSLSocket secured(SSLContext context) throws IOException {
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(socket, (InputStream) null, true);
    secured.startHandshake();
    return secured;
  }

  /** Returns whether the connection lives on. */
  private boolean deliver(HttpRequest request, OutputStream out)
      throws IOException, InterruptedException {
    HttpAnswer answer = server.answer(request);
    boolean last =
        answer.delivery() != HttpAnswer.Delivery.WHOLE
            || request.isContinueAwaited()
            || request.header("Connection").filter("close"::equalsIgnoreCase).isPresent();
    byte[] head = answer.head(last && answer.delivery() != HttpAnswer.Delivery.HALF_THEN_RESET);
    byte[] body = request.isHead() ? new byte[0] : answer.body();
    switch (answer.delivery()) {
      case WHOLE, WITHOUT_READING -> write(out, head, body);
      case HALF_BODY_THEN_CLOSE -> write(out, head, Arrays.copyOf(body, body.length / 2));
      case HALF_BODY_THEN_STALL -> {
        write(out, head, Arrays.copyOf(body, body.length / 2));
        new CountDownLatch(1).await();
      }
      case HALF_THEN_RESET -> {
        byte[] all = joined(head, body);
        write(out, Arrays.copyOf(all, all.length / 2), new byte[0]);
        reset();
      }
      case RESET -> reset();
    }
    return !last;
  }

  private static void write(OutputStream out, byte[] head, byte[] body) throws IOException {
    out.write(head);
    out.write(body);
    out.flush();
  }

  private static byte[] joined(byte[] head, byte[] body) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(head);
    all.write(body);
    return all.toByteArray();
  }
}
