package dev.multiarch.real;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A token server for a real registry (distribution's token specification): it signs what its one
 * user may do with a key of its own, whose certificate the registry is given.
 */
final class TokenServer implements AutoCloseable {

  static final String ISSUER = "token-server-of-the-tests";
  static final String SERVICE = "registry-of-the-tests";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String user;
  private final String password;
  private final PrivateKey key;
  private final HttpServer server;
  private final Set<String> hidden = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> issued = new CopyOnWriteArrayList<>();

  private TokenServer(Path folder, String user, String password, PrivateKey key)
      throws IOException {
    this.folder = folder;
    this.user = user;
    this.password = password;
    this.key = key;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/token", this::answer);
    server.start();
  }

  static TokenServer start(Path folder, String user, String password) throws Exception {
    Files.createDirectories(folder);
    Path pem = RealRegistry.makeCertificate(folder).resolveSibling(RealRegistry.KEY);
    byte[] der = fromPem(pem);
    PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
    return new TokenServer(folder, user, password, key);
  }

  private static byte[] fromPem(Path file) throws IOException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    return Base64.getMimeDecoder().decode(base64);
  }

  String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** The certificate of the key, in PEM. */
  Path certificate() {
    return RealRegistry.certificate(folder);
  }

  /** Grants nothing on a repository. */
  void hide(String repository) {
    hidden.add(repository);
  }

  /** The scopes of each request for a token, in order. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  void forget() {
    asked.clear();
  }

  /** All tokens that were given out. */
  List<String> issued() {
    return List.copyOf(issued);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (!("Basic " + pair).equals(authorization)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      List<String> scopes =
          Stream.of(exchange.getRequestURI().getRawQuery().split("&"))
              .filter(parameter -> parameter.startsWith("scope="))
              .map(parameter -> URLDecoder.decode(parameter.substring("scope=".length()), UTF_8))
              .toList();
      asked.add(String.join(" ", scopes));
      String token = token(scopes);
      issued.add(token);
      byte[] body = JSON.writeValueAsBytes(Map.of("token", token, "expires_in", 300));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private String token(List<String> scopes) throws IOException, GeneralSecurityException {
    List<Map<String, Object>> access = new ArrayList<>();
    for (String scope : scopes) {
      String[] parts = scope.split(":");
      if (!hidden.contains(parts[1])) {
        access.add(
            Map.of("type", parts[0], "name", parts[1], "actions", List.of(parts[2].split(","))));
      }
    }
    String certificate = Base64.getEncoder().encodeToString(fromPem(certificate()));
    long now = Instant.now().getEpochSecond();
    String signed =
        part(Map.of("typ", "JWT", "alg", "RS256", "x5c", List.of(certificate)))
            + "."
            + part(
                Map.of(
                    "iss", ISSUER,
                    "sub", user,
                    "aud", SERVICE,
                    "iat", now,
                    "nbf", now - 60,
                    "exp", now + 300,
                    "jti", UUID.randomUUID().toString(),
                    "access", access));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(UTF_8));
    return signed + "." + encoded(signature.sign());
  }

  private static String part(Map<String, Object> json) throws IOException {
    return encoded(JSON.writeValueAsBytes(json));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
