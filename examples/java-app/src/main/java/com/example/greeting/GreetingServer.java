package com.example.greeting;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Greets over HTTP, and says which processor it runs on. With the argument "once", on the console. */
public final class GreetingServer {

  private static final Logger LOG = LoggerFactory.getLogger(GreetingServer.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final byte[] answer;

  private GreetingServer() throws IOException {
    Properties texts = new Properties();
    try (InputStream in = GreetingServer.class.getResourceAsStream("/greeting.properties")) {
      texts.load(in);
    }
    this.answer =
        JSON.writeValueAsBytes(
            Map.of("greeting", texts.getProperty("greeting"), "arch", System.getProperty("os.arch")));
  }

  public static void main(String[] args) throws IOException {
    GreetingServer greeting = new GreetingServer();
    if (args.length > 0 && args[0].equals("once")) {
      System.out.println(new String(greeting.answer, java.nio.charset.StandardCharsets.UTF_8));
      return;
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
    server.createContext("/", greeting::answer);
    server.start();
    LOG.info("listening on {}", server.getAddress());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }
}
