package dev.multiarch.registry;

import dev.multiarch.oci.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that keeps credentials, as Docker calls it: {@code docker-credential-NAME get}, with
 * the server on its standard input and a JSON object as the answer (docker-credential-helpers,
 * README).
 *
 * @param program its name, or its path
 * @param patience how long to wait for an answer; people may have to unlock something
 */
record CredentialHelper(String program, Duration patience) {

  private static final String PREFIX = "docker-credential-";

  /** What a helper says in place of an answer, and then fails, where it has none. */
  private static final String NOT_FOUND = "credentials not found in native keychain";

  /** The user of an answer whose secret is an identity token. */
  private static final String TOKEN_USER = "<token>";

  /** The helper of this name, waited for as long as a person needs to find a passphrase. */
  static CredentialHelper named(String name) {
    return new CredentialHelper(PREFIX + name, Duration.ofMinutes(2));
  }

  /**
   * Asks for the credential of a server.
   *
   * @param server as it was called when the credential was stored
   * @return empty if the helper has none
   * @throws InterruptedIOException if the thread was interrupted
   * @throws IOException if there is no such program, or it does not answer; the message says
   *     nothing of what it printed, which may be secret
   */
  Optional<Credential> get(String server) throws IOException {
    Process process = start();
    long end = System.nanoTime() + patience.toNanos();
    try {
      FutureTask<byte[]> output = new FutureTask<>(() -> talk(process, server));
      Thread talker = new Thread(output, "multiarch");
      talker.setDaemon(true);
      talker.start();
      String text =
          new String(output.get(patience.toNanos(), TimeUnit.NANOSECONDS), StandardCharsets.UTF_8);
      if (text.contains(NOT_FOUND)) {
        return Optional.empty();
      }
      // Its output has ended, so it has, or is about to.
      if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      if (process.exitValue() != 0) {
        throw new IOException("failed with exit code " + process.exitValue());
      }
      return answer(text);
    } catch (TimeoutException e) {
      throw new IOException("did not answer within " + patience.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException("could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      if (process.isAlive()) {
        // What it started has its output open, and may wait for somebody.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private Process start() throws IOException {
    // Windows finds an .exe by itself unless there is a dot in the name; gcloud's is a .cmd.
    List<String> programs =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows")
            ? List.of(program, program + ".exe", program + ".cmd")
            : List.of(program);
    boolean missing = true;
    for (String one : programs) {
      try {
        return new ProcessBuilder(one, "get")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        missing &= isMissing(String.valueOf(e.getMessage()));
      }
    }
    throw new IOException(missing ? "is not on the path" : "cannot be started");
  }

  /** As Unix, and as Windows says it; the number alone is written differently from JDK to JDK. */
  private static boolean isMissing(String message) {
    return message.contains("No such file") || message.contains("error=2,");
  }

  private static byte[] talk(Process process, String server) throws IOException {
    tell(process, server);
    return process.getInputStream().readAllBytes();
  }

  private static void tell(Process process, String server) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It does not listen; what it says counts all the same.
    }
  }

  private static Optional<Credential> answer(String text) throws IOException {
    String user;
    String secret;
    try {
      var json = Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
      user = Json.text(json, "Username").orElse("");
      secret = Json.text(json, "Secret").orElse("");
    } catch (IllegalArgumentException e) {
      throw new IOException("printed something else than a credential");
    }
    if (user.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        user.equals(TOKEN_USER)
            ? Credential.identityToken(secret)
            : Credential.basic(user, secret));
  }
}
