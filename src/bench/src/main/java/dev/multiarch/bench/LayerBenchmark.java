package dev.multiarch.bench;

import dev.multiarch.layer.Entry;
import dev.multiarch.layer.Layer;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.layer.LayerBuilder;
import dev.multiarch.layer.LayerCache;
import dev.multiarch.layer.LayerPlan;
import dev.multiarch.layer.Owner;
import dev.multiarch.layer.deflate.BlockDeflater;
import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import dev.multiarch.store.BlobDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The layer engine beside what bounds it. Each score is the time for 32 MiB of input; the size of
 * the output is printed behind each benchmark.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class LayerBenchmark {

  private static final int BLOCK = 1 << 20;

  @Param public Content content;

  private byte[] bytes;
  private Path folder;
  private LayerPlan plan;
  private long outputSize;

  @Setup
  public void inputs() throws IOException {
    bytes = content.bytes();
    folder = Files.createTempDirectory("layers");
    Path file = Files.write(folder.resolve("input"), bytes);
    Entry entry =
        new Entry(
            "/app/input",
            new Entry.File(file),
            Entry.FILE_MODE,
            Entry.EPOCH_PLUS_SECOND,
            Owner.ROOT);
    plan = LayerPlan.of("bench", List.of(entry), true);
  }

  @TearDown
  public void cleanUp() throws IOException {
    System.out.printf("size: %.4f of the input%n", (double) outputSize / bytes.length);
    clear(folder);
  }

  private static void clear(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public byte[] sha256() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  @Benchmark
  public void zlibLevel1() {
    zlib(1);
  }

  @Benchmark
  public void zlibLevel6() {
    zlib(6);
  }

  private void zlib(int level) {
    Deflater deflater = new Deflater(level, true);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[BLOCK];
    while (!deflater.finished()) {
      deflater.deflate(out);
    }
    outputSize = deflater.getBytesWritten();
    deflater.end();
  }

  @Benchmark
  public void ownThorough() {
    BlockDeflater deflater = new BlockDeflater();
    byte[] in = new byte[BlockDeflater.WINDOW + BLOCK + BlockDeflater.SLACK];
    byte[] out = new byte[BlockDeflater.bound(BLOCK)];
    outputSize = 0;
    for (int at = 0; at < bytes.length; at += BLOCK) {
      int window = Math.min(at, BlockDeflater.WINDOW);
      int length = Math.min(BLOCK, bytes.length - at);
      System.arraycopy(bytes, at - window, in, 0, window + length);
      outputSize += deflater.deflate(in, window, window + length, Effort.THOROUGH, out);
    }
  }

  @Benchmark
  public Layer wholeLayerOneThread() throws IOException {
    return layer(1);
  }

  @Benchmark
  public Layer wholeLayerAllThreads() throws IOException {
    return layer(Runtime.getRuntime().availableProcessors());
  }

  private Layer layer(int threads) throws IOException {
    Path cache = Files.createTempDirectory(folder, "cache");
    Layer layer =
        new LayerBuilder(new BlobDirectory(cache), new LayerCache(cache, new SeenFiles()), threads).build(plan);
    outputSize = layer.blob().size();
    clear(cache);
    return layer;
  }
}
