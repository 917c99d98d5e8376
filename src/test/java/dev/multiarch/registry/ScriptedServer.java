package dev.multiarch.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that answers each request in a test's own words. */
final class ScriptedServer implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)");

  private final ServerSocket server;
  private final UnaryOperator<String> answers;
  private final boolean hangsUp;

  private ScriptedServer(UnaryOperator<String> answers, boolean hangsUp) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.answers = answers;
    this.hangsUp = hangsUp;
    run(this::accept);
  }

  /**
   * @param answers for the head of a request, status and headers of an answer without a body
   */
  static ScriptedServer start(UnaryOperator<String> answers) throws IOException {
    return new ScriptedServer(
        head -> "HTTP/1.1 " + answers.apply(head) + "Content-Length: 0\r\n\r\n", false);
  }

  /**
   * @param answers for the head of a request, all bytes of the answer; then it hangs up
   */
  static ScriptedServer startRaw(UnaryOperator<String> answers) throws IOException {
    return new ScriptedServer(answers, true);
  }

  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private static void run(Runnable work) {
    Thread thread = new Thread(work, "scripted");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = server.accept();
        run(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      for (String head = head(client); !head.isEmpty(); head = head(client)) {
        Matcher length = LENGTH.matcher(head);
        client.getInputStream().readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        client.getOutputStream().write(answers.apply(head).getBytes(ISO_8859_1));
        if (hangsUp) {
          return;
        }
      }
    } catch (IOException e) {
      // The other side has gone.
    }
  }

  private static String head(Socket client) throws IOException {
    InputStream in = client.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
