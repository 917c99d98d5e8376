package dev.multiarch.layer;

import dev.multiarch.layer.deflate.BlockDeflater;
import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Compresses what is written to it into one gzip member (RFC 1952), on several threads, and hashes
 * it before and after.
 *
 * <p>The input is cut into blocks of 1 MiB, and where the effort changes. Each is compressed on its
 * own, with the 32 KiB before it as a dictionary, and ends on a whole byte; so the output follows
 * from the input and the efforts, not from the number of threads. The blocks of one file are hashed
 * and written in their order, each such step being a task that follows on the one before: no thread
 * ever waits for another, and no more blocks exist than there are threads and two.
 */
final class GzipPipeline extends OutputStream {

  /** The bytes of input that are compressed at once. */
  static final int BLOCK = 1 << 20;

  /** No name, no time, no flags, unknown system: the same on every machine. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** A last block of the fixed code that holds nothing but its end (RFC 1951, 3.2.6). */
  private static final byte[] LAST_BLOCK = {3, 0};

  /** Blocks beside those that are compressed: one is filled, one is written. */
  private static final int SPARE_BLOCKS = 2;

  private final OutputStream out;
  private final int maxBlocks;
  private final int threads;
  private final BlockingQueue<Block> free = new LinkedBlockingQueue<>();
  private final Queue<BlockDeflater> deflaters = new ConcurrentLinkedQueue<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final MessageDigest before = Digest.sha256();
  private final MessageDigest after = Digest.sha256();
  private final CRC32 crc = new CRC32();
  private @Nullable ExecutorService pool;
  private int blocks;
  private Block current;
  private CompletableFuture<Void> hashed = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  private long length;
  private long size;

  /** A piece of input behind the window before it, and what it is compressed to. */
  private static final class Block {
    final byte[] in = new byte[BlockDeflater.WINDOW + BLOCK + BlockDeflater.SLACK];
    final byte[] out = new byte[BlockDeflater.bound(BLOCK)];
    int from;
    int end;
    int size;
    Effort effort = Effort.THOROUGH;

    int room() {
      return from + BLOCK - end;
    }

    boolean isEmpty() {
      return end == from;
    }
  }

  /**
   * What was written, known when all is.
   *
   * @param diffId the digest of the input
   * @param digest the digest of the output
   * @param size the output's length in bytes
   */
  record Result(Digest diffId, Digest digest, long size) {}

  /**
   * @param out takes the gzip member in pieces of up to 1 MiB, from several threads but one at a
   *     time; it is not closed
   * @param threads how many threads compress and hash, besides the caller's
   */
  GzipPipeline(OutputStream out, int threads) throws IOException {
    this.out = out;
    this.threads = threads;
    this.maxBlocks = threads + SPARE_BLOCKS;
    this.current = take();
    put(HEADER);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "multiarch-layer");
    thread.setDaemon(true);
    return thread;
  }

  /** How hard to compress what is written from here on. */
  void effort(Effort effort) throws IOException {
    if (current.effort != effort) {
      if (!current.isEmpty()) {
        submit();
      }
      current.effort = effort;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int left = count;
    while (left > 0) {
      if (current.room() == 0) {
        submit();
      }
      int n = Math.min(left, current.room());
      System.arraycopy(bytes, at, current.in, current.end, n);
      current.end += n;
      at += n;
      left -= n;
    }
  }

  /** Compresses the current block and begins the next one with its end as the window. */
  private void submit() throws IOException {
    Block block = current;
    Block next = take();
    int window = Math.min(BlockDeflater.WINDOW, block.end);
    System.arraycopy(block.in, block.end - window, next.in, 0, window);
    next.from = window;
    next.end = window;
    next.effort = block.effort;
    start(block);
    current = next;
  }

  private void start(Block block) {
    ExecutorService workers = pool;
    if (workers == null) {
      workers = Executors.newFixedThreadPool(threads, GzipPipeline::thread);
      pool = workers;
    }
    length += block.end - block.from;
    CompletableFuture<Void> deflated = CompletableFuture.runAsync(() -> deflate(block), workers);
    hashed = hashed.thenRunAsync(() -> hash(block), workers);
    written =
        CompletableFuture.allOf(written, hashed, deflated)
            .thenRunAsync(() -> write(block), workers)
            .whenComplete((done, thrown) -> release(block, thrown));
  }

  private void deflate(Block block) {
    BlockDeflater deflater = deflaters.poll();
    if (deflater == null) {
      deflater = new BlockDeflater();
    }
    block.size = deflater.deflate(block.in, block.from, block.end, block.effort, block.out);
    deflaters.add(deflater);
  }

  private void hash(Block block) {
    before.update(block.in, block.from, block.end - block.from);
    crc.update(block.in, block.from, block.end - block.from);
  }

  private void write(Block block) {
    try {
      put(block.out, block.size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void release(Block block, Throwable thrown) {
    if (thrown != null) {
      failure.compareAndSet(null, thrown);
    }
    free.add(block);
  }

  private Block take() throws IOException {
    try {
      Block block = free.poll();
      if (block == null) {
        block = blocks < maxBlocks ? new Block() : null;
        blocks += block == null ? 0 : 1;
      }
      if (block == null) {
        block = free.take();
      }
      if (failure.get() != null) {
        throw failed(failure.get());
      }
      block.from = 0;
      block.end = 0;
      return block;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a layer was made");
    }
  }

  /** Ends the member and waits until all of it is written. */
  Result finish() throws IOException {
    if (pool == null) {
      finishAlone();
    } else {
      finishTogether();
    }
    put(LAST_BLOCK);
    put(littleEndian((int) crc.getValue()));
    put(littleEndian((int) length));
    return new Result(Digest.of(before), Digest.of(after), size);
  }

  /** A single block leaves nothing to do beside it, and threads take longer to start than it. */
  private void finishAlone() throws IOException {
    length = current.end - current.from;
    if (length > 0) {
      deflate(current);
      hash(current);
      put(current.out, current.size);
    }
  }

  private void finishTogether() throws IOException {
    if (!current.isEmpty()) {
      start(current);
    }
    try {
      written.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a layer was made");
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  private static IOException failed(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof UncheckedIOException e
        ? e.getCause()
        : new IOException("compressing a layer failed: " + cause, cause);
  }

  private static byte[] littleEndian(int value) {
    return new byte[] {
      (byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)
    };
  }

  private void put(byte[] bytes) throws IOException {
    put(bytes, bytes.length);
  }

  private void put(byte[] bytes, int count) throws IOException {
    after.update(bytes, 0, count);
    out.write(bytes, 0, count);
    size += count;
  }

  /** Ends the threads. What is not finished is given up; nothing is written any more after this. */
  @Override
  public void close() throws IOException {
    if (pool == null) {
      return;
    }
    pool.shutdownNow();
    try {
      pool.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a layer was made");
    }
  }
}
