package dev.multiarch.bench;

import dev.multiarch.layer.deflate.BlockDeflater;
import dev.multiarch.layer.deflate.BlockDeflater.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Prints how many milliseconds it takes to compress the first megabyte of a file, once. */
public final class First {

  private static final int BLOCK = 1 << 20;

  private First() {}

  public static void main(String[] files) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(files[0]));
    int length = Math.min(BLOCK, bytes.length);
    byte[] in = Arrays.copyOf(bytes, length + BlockDeflater.SLACK);
    byte[] out = new byte[BlockDeflater.bound(length)];
    long begin = System.nanoTime();
    new BlockDeflater().deflate(in, 0, length, Effort.THOROUGH, out);
    System.out.println((System.nanoTime() - begin) / 1_000_000);
  }
}
