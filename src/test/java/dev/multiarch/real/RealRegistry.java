package dev.multiarch.real;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** A registry server of its own, for tests that want it otherwise than the common one. */
final class RealRegistry implements AutoCloseable {

  /** The key's file, beside its certificate. */
  static final String KEY = "key.pem";

  private final Process process;
  private final int port;

  private RealRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** A registry that lets everybody in. */
  static RealRegistry startOpen(Path folder) throws IOException {
    Files.createDirectories(folder);
    return start(folder, "", "");
  }

  /** A registry that answers nobody without this password. */
  static RealRegistry startWithPassword(Path folder, String user, String password)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path passwords = folder.resolve("htpasswd");
    String line = Command.of("htpasswd", "-Bbn", user, password).run().succeeds().output().strip();
    Files.writeString(passwords, line + "\n");
    return start(folder, "", "auth: {htpasswd: {realm: test, path: \"%s\"}}".formatted(passwords));
  }

  /**
   * A registry that speaks TLS with a certificate that nobody vouches for.
   *
   * @return with {@link #certificate} for those who do
   */
  static RealRegistry startWithTls(Path folder) throws IOException, InterruptedException {
    Path certificate = makeCertificate(folder);
    Path key = certificate.resolveSibling(KEY);
    return start(folder, "tls: {certificate: \"%s\", key: \"%s\"}".formatted(certificate, key), "");
  }

  /** A registry that lets in whom a token server vouches for. */
  static RealRegistry startWithTokens(Path folder, TokenServer tokens) throws IOException {
    Files.createDirectories(folder);
    return start(
        folder,
        "",
        "auth: {token: {realm: \"%s\", service: \"%s\", issuer: \"%s\", rootcertbundle: \"%s\"}}"
            .formatted(
                tokens.realm(), TokenServer.SERVICE, TokenServer.ISSUER, tokens.certificate()));
  }

  /**
   * Makes a key and a certificate for this machine.
   *
   * @return the {@link #certificate}
   */
  static Path makeCertificate(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path certificate = certificate(folder);
    Path key = folder.resolve(KEY);
    Command.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
        .add("-keyout", key.toString(), "-out", certificate.toString())
        .add("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        .run()
        .succeeds();
    return certificate;
  }

  /** The certificate of {@link #makeCertificate}, in PEM. */
  static Path certificate(Path folder) {
    return folder.resolve("certificate.pem");
  }

  private static RealRegistry start(Path folder, String tls, String more) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path config = folder.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: "%s"}, delete: {enabled: true}}
        http: {addr: "127.0.0.1:%d"%s}
        %s
        """
            .formatted(folder.resolve("data"), port, tls.isEmpty() ? "" : ", " + tls, more));
    Process process =
        new ProcessBuilder("timeout", "1800", "docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    RealRegistry registry = new RealRegistry(process, port);
    registry.awaitAnswer();
    return registry;
  }

  private void awaitAnswer() throws IOException {
    long deadline = System.nanoTime() + SECONDS.toNanos(30);
    while (true) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline || !process.isAlive()) {
          close();
          throw e;
        }
        LockSupport.parkNanos(SECONDS.toNanos(1) / 20);
      }
    }
  }

  String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
