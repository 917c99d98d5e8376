package dev.multiarch.bench.build;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The base image of the benchmarks: an index of eight platforms, each with three layers of about
 * 100 MB in all, as a JRE has on a distribution. Its bytes are made up, and compress as programs
 * do.
 */
final class Base {

  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  /** Names that both plugins take: without variants. */
  static final List<String> ARCHITECTURES =
      List.of("amd64", "arm64", "ppc64le", "s390x", "riscv64", "386", "mips64le", "loong64");

  private static final String REPOSITORY = "bases/made-up-jre";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";

  /** What share of a platform each of its layers has. */
  private static final double[] SHARES = {0.3, 0.6, 0.1};

  private final int megabytes;

  /**
   * @param megabytes of each platform, compressed
   */
  Base(int megabytes) {
    this.megabytes = megabytes;
  }

  String reference(RegistryServer registry) {
    return registry.host() + "/" + REPOSITORY + ":" + megabytes;
  }

  /** Puts the base into a registry, unless it is there from an earlier time. */
  void publishTo(RegistryServer registry, Path scratch) throws IOException, InterruptedException {
    if (registry.has(REPOSITORY, String.valueOf(megabytes))) {
      return;
    }
    System.out.printf(
        "making the base, %d x %d MB, in %s%n", ARCHITECTURES.size(), megabytes, registry.host());
    List<String> manifests = new ArrayList<>();
    for (String architecture : ARCHITECTURES) {
      String json = platform(registry, architecture, scratch);
      registry.putDocument(REPOSITORY, digest(json), MANIFEST_TYPE, json);
      manifests.add(
          "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"}}"
              .formatted(MANIFEST_TYPE, digest(json), json.length(), architecture));
    }
    registry.putDocument(
        REPOSITORY,
        String.valueOf(megabytes),
        INDEX_TYPE,
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX_TYPE, String.join(",", manifests)));
  }

  private String platform(RegistryServer registry, String architecture, Path scratch)
      throws IOException, InterruptedException {
    List<String> layers = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    Random random = new Random(architecture.hashCode());
    for (double share : SHARES) {
      Path file = scratch.resolve("layer.tar.gz");
      Layer layer = write(file, (long) (share * megabytes * 1_000_000), random);
      registry.putBlob(REPOSITORY, layer.digest, BodyPublishers.ofFile(file));
      layers.add(descriptor(LAYER_TYPE, layer.digest, Files.size(file)));
      diffIds.add("\"" + layer.diffId + "\"");
      Files.delete(file);
    }
    String config =
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/usr/bin\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}"
            .formatted(architecture, String.join(",", diffIds));
    registry.putBlob(REPOSITORY, digest(config), BodyPublishers.ofString(config));
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(
            MANIFEST_TYPE,
            descriptor(CONFIG_TYPE, digest(config), config.length()),
            String.join(",", layers));
  }

  private static String descriptor(String type, String digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
  }

  private record Layer(String digest, String diffId) {}

  /** A tar of files of 1 MiB each, until the compressed file is as large as wanted. */
  private static Layer write(Path file, long size, Random random) throws IOException {
    DigestOutputStream compressed = new DigestOutputStream(Files.newOutputStream(file), sha256());
    Counter counter = new Counter(compressed);
    DigestOutputStream tar = new DigestOutputStream(fastGzip(counter), sha256());
    try (tar) {
      byte[] content = new byte[1 << 20];
      for (int i = 0; counter.count < size; i++) {
        fill(content, random);
        tar.write(header("usr/lib/jvm/part-%06d".formatted(i), content.length));
        tar.write(content);
      }
      tar.write(new byte[1024]);
    }
    return new Layer(text(compressed.getMessageDigest()), text(tar.getMessageDigest()));
  }

  private static OutputStream fastGzip(OutputStream out) throws IOException {
    return new GZIPOutputStream(new BufferedOutputStream(out, 1 << 16), 1 << 16) {
      {
        def.setLevel(Deflater.BEST_SPEED);
      }
    };
  }

  /** Half noise, half repetition: deflate makes some 45 % of it. */
  private static void fill(byte[] content, Random random) {
    byte[] noise = new byte[24];
    for (int at = 0; at < content.length; at += 64) {
      random.nextBytes(noise);
      System.arraycopy(noise, 0, content, at, noise.length);
    }
  }

  /** POSIX ustar. */
  private static byte[] header(String name, int size) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(header, 124, "%011o\0%011o\0        0".formatted(size, 1));
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static final class Counter extends FilterOutputStream {
    private long count;

    Counter(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }

  private static String digest(String text) {
    MessageDigest hash = sha256();
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    return text(hash);
  }

  private static String text(MessageDigest hash) {
    return "sha256:" + HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
