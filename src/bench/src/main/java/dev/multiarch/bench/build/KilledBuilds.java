package dev.multiarch.bench.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two builds at once on one cache, one of them killed at a random moment, again and again. The
 * cache must stay whole: the other build succeeds, and so does the killed one when it runs again.
 */
public final class KilledBuilds {

  /** Every so often both begin with an empty cache, so that the large layer is made, too. */
  private static final int EMPTY_EVERY = 4;

  private static final int PLUGIN_BEGINS_MILLIS = 1_000;
  private static final int CLASSES = 20;

  private final Path folder = Path.of("target/bench/killed").toAbsolutePath();
  private final Path cache = folder.resolve("cache");
  private final Map<String, String> options = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    new KilledBuilds().run(arguments);
  }

  private void run(String[] arguments)
      throws IOException, InterruptedException, NoSuchAlgorithmException {
    for (String argument : arguments) {
      options.put(argument.replaceAll("^--|=.*", ""), argument.replaceAll("^[^=]*=", ""));
    }
    int times = Integer.parseInt(options.getOrDefault("times", "100"));
    long seed = Long.parseLong(options.getOrDefault("seed", String.valueOf(System.nanoTime())));
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Workplace.delete(folder);
    Path one = project("one");
    Path two = project("two");
    long start = System.nanoTime();
    finish(start(one), one);
    long usual = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    for (int time = 1; time <= times; time++) {
      if (time % EMPTY_EVERY == 0) {
        Workplace.delete(cache);
        Workplace.delete(one.resolve("target/multiarch"));
        Workplace.delete(two.resolve("target/multiarch"));
      }
      Application.GENERATED.change(one, "time " + time);
      Application.GENERATED.change(two, "time " + time);
      Process killed = start(one);
      Process left = start(two);
      long after = PLUGIN_BEGINS_MILLIS + random.nextLong(Math.max(1, usual));
      boolean ended = killed.waitFor(after, TimeUnit.MILLISECONDS);
      killed.destroyForcibly().waitFor();
      finish(left, two);
      int blobs = requireWhole(cache);
      requireWhole(two.resolve("target/multiarch/oci"));
      finish(start(one), one);
      requireWhole(one.resolve("target/multiarch/oci"));
      if (!digest(one).equals(digest(two))) {
        throw new IOException(
            "%s and %s are of the same files".formatted(digest(one), digest(two)));
      }
      System.out.printf(
          "%d: %s after %d ms, %d blobs whole, %s%n",
          time, ended ? "ended" : "killed", after, blobs, digest(one));
    }
    System.out.printf("%d passed, 0 failed%n", times);
  }

  private Path project(String name) throws IOException {
    Path project = folder.resolve(name).resolve(Application.GENERATED.key());
    Application.GENERATED.write(project, Contender.OURS, options.get("version"), CLASSES);
    return project;
  }

  /** The script of Maven becomes the JVM, so to kill the process is to kill the build. */
  private Process start(Path project) throws IOException {
    Path bench = folder.getParent();
    ProcessBuilder builder =
        new ProcessBuilder(
                "mvn",
                "-B",
                "-ntp",
                "-s",
                bench.resolve("settings.xml").toString(),
                "-Dmaven.repo.local=" + bench.resolve("repository"),
                "package",
                "-Dmultiarch.from=scratch",
                "-Dmultiarch.image=localhost/killed",
                "-Dmultiarch.cache=" + cache)
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(project.resolveSibling("log.txt").toFile());
    return builder.start();
  }

  private static void finish(Process process, Path project)
      throws IOException, InterruptedException {
    if (process.waitFor() != 0) {
      throw new IOException(
          project + " failed\n" + Files.readString(project.resolveSibling("log.txt")));
    }
  }

  private static String digest(Path project) throws IOException {
    return Files.readString(project.resolve("target/multiarch/image.json"))
        .replaceAll("(?s).*?\"digest\"\\s*:\\s*\"([^\"]*)\".*", "$1");
  }

  /** Makes sure that every blob is what its name says, and that nothing is left half-written. */
  private static int requireWhole(Path layout) throws IOException, NoSuchAlgorithmException {
    List<Path> blobs;
    try (Stream<Path> files = Files.walk(layout.resolve("blobs"))) {
      blobs = files.filter(Files::isRegularFile).toList();
    }
    for (Path blob : blobs) {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      try (InputStream in = Files.newInputStream(blob)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          hash.update(buffer, 0, n);
        }
      }
      if (!HexFormat.of().formatHex(hash.digest()).equals(blob.getFileName().toString())) {
        throw new IOException(blob + " has other bytes than its name says");
      }
    }
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(layout, ".new-*")) {
      if (layout.endsWith("oci") && unfinished.iterator().hasNext()) {
        throw new IOException(layout + " holds half-written files");
      }
    }
    return blobs.size();
  }
}
