package dev.multiarch.assembly;

import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Which sources a build is of, so that platforms of different sources never meet in one index.
 *
 * <p>It is what the user says, else what the CI system says, else git's commit, with a hash of what
 * differs from it where the work tree was changed.
 */
public final class Revision {

  /** Where CI systems say which commit they build. */
  static final List<String> CI_VARIABLES =
      List.of(
          "GITHUB_SHA",
          "CI_COMMIT_SHA",
          "GIT_COMMIT",
          "BUILDKITE_COMMIT",
          "CIRCLE_SHA1",
          "BITBUCKET_COMMIT",
          "BUILD_SOURCEVERSION",
          "DRONE_COMMIT_SHA");

  private static final String COMMIT = "# branch.oid ";

  private static final int TIMEOUT_SECONDS = 30;

  /** In which the JVM reads names of files. */
  private static final Charset SYSTEM =
      Charset.forName(System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name()));

  private final Path directory;
  private final Supplier<List<Path>> built;
  private final Map<String, String> environment;

  /**
   * @param directory a folder of the checkout
   * @param built files, and folders with all in them, that builds make, which are no sources,
   *     whether git ignores them or not; asked for if there is anything that git does not know
   * @param environment the process's variables
   */
  public Revision(Path directory, Supplier<List<Path>> built, Map<String, String> environment) {
    this.directory = directory;
    this.built = built;
    this.environment = environment;
  }

  /**
   * @return empty if nobody knows
   */
  public Optional<String> find() {
    for (String name : CI_VARIABLES) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.strip());
      }
    }
    try {
      return mayBeOfGit() ? ofGit() : Optional.empty();
    } catch (IOException | InvalidPathException e) {
      // No git, no repository, or a name that the JVM cannot say: a single run needs no revision.
      return Optional.empty();
    }
  }

  /**
   * Whether git would find a work tree, so that it need not be started where there is none. It
   * looks for {@code .git}, a folder or a file, from here up, unless a variable says where it is.
   */
  private boolean mayBeOfGit() throws IOException {
    if (environment.containsKey("GIT_DIR")) {
      return true;
    }
    for (Path folder = directory.toRealPath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
        return true;
      }
    }
    return false;
  }

  /** Of a tree without changes one call says all there is. */
  private Optional<String> ofGit() throws IOException {
    String status =
        git(
            directory,
            "--no-optional-locks",
            "status",
            "--porcelain=v2",
            "--branch",
            "--untracked-files=all",
            "-z");
    String commit = "";
    boolean changed = false;
    List<String> untracked = new ArrayList<>();
    for (String line : status.split("\0")) {
      if (line.startsWith(COMMIT)) {
        commit = line.substring(COMMIT.length());
      } else if (line.startsWith("? ")) {
        untracked.add(line.substring(2));
      } else if (!line.startsWith("#") && !line.isEmpty()) {
        changed = true;
      }
    }
    if (!commit.matches("[0-9a-f]+")) {
      // Nothing was committed yet.
      return Optional.empty();
    }
    // Of the whole tree, wherever in it this is.
    String difference =
        changed
            ? git(
                directory,
                "-c",
                "diff.relative=false",
                "diff",
                "--binary",
                "--ignore-submodules=untracked",
                "HEAD")
            : "";
    Map<String, Path> fresh = sources(untracked);
    if (difference.isEmpty() && fresh.isEmpty()) {
      return Optional.of(commit);
    }
    MessageDigest hash = Digest.sha256();
    hash.update(difference.getBytes(StandardCharsets.ISO_8859_1));
    for (Map.Entry<String, Path> file : fresh.entrySet()) {
      hash.update((file.getKey() + "\0").getBytes(StandardCharsets.ISO_8859_1));
      update(hash, file.getValue());
    }
    return Optional.of(commit + "-dirty-" + Digest.of(hash).hex().substring(0, 12));
  }

  /** The files that git does not know and builds do not make, by the names that it has for them. */
  private Map<String, Path> sources(List<String> untracked) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    if (!untracked.isEmpty()) {
      Path top = path(git(directory, "rev-parse", "--show-toplevel").strip()).toRealPath();
      List<Path> made = new ArrayList<>();
      for (Path path : built.get()) {
        Path absolute = path.toAbsolutePath().normalize();
        made.add(real(absolute));
        // Git names a link, and not what it leads to.
        if (absolute.getParent() != null) {
          made.add(real(absolute.getParent()).resolve(absolute.getFileName()));
        }
      }
      for (String name : untracked) {
        Path file = top.resolve(path(name));
        if (made.stream().noneMatch(file::startsWith)) {
          files.put(name, file);
        }
      }
    }
    return files;
  }

  /** The path without links, as git says it, as far as it exists. */
  private static Path real(Path absolute) throws IOException {
    for (Path there = absolute; there != null; there = there.getParent()) {
      if (Files.exists(there)) {
        return there.toRealPath().resolve(there.relativize(absolute));
      }
    }
    return absolute;
  }

  /** A file that git names, in the characters that the JVM has for the system's bytes. */
  private static Path path(String bytes) {
    return Path.of(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), SYSTEM));
  }

  private static void update(MessageDigest hash, Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      hash.update((Files.readSymbolicLink(file) + "\0").getBytes(StandardCharsets.UTF_8));
      return;
    }
    if (!Files.exists(file)) {
      throw new IOException("there is no " + file);
    }
    if (!Files.isRegularFile(file)) {
      return;
    }
    hash.update((Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    }
  }

  /** What git prints, each byte a character. */
  private static String git(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    FutureTask<byte[]> reading = new FutureTask<>(() -> process.getInputStream().readAllBytes());
    Thread reader = new Thread(reading, "multiarch-git");
    reader.setDaemon(true);
    reader.start();
    try {
      byte[] output = reading.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("git failed");
      }
      return new String(output, StandardCharsets.ISO_8859_1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("git does not end", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
