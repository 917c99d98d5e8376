package dev.multiarch.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What the benchmarks compress: made of the JDK's own classes, so there is nothing to download. */
public enum Content {
  /** Class files as they are. */
  CLASSES,
  /** The same in a jar. */
  JAR;

  private static final int SIZE = 32 << 20;

  byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ZipOutputStream zip = new ZipOutputStream(bytes);
    zip.setLevel(Deflater.DEFAULT_COMPRESSION);
    if (this == JAR) {
      zip.putNextEntry(new ZipEntry("META-INF/"));
    }
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    try (Stream<Path> modules = Files.walk(jdk.getPath("/modules"))) {
      Iterator<Path> classes =
          modules.filter(path -> path.toString().endsWith(".class")).sorted().iterator();
      while (bytes.size() < SIZE && classes.hasNext()) {
        Path path = classes.next();
        try (InputStream in = Files.newInputStream(path)) {
          if (this == JAR) {
            zip.putNextEntry(new ZipEntry(path.toString().substring(1)));
            in.transferTo(zip);
          } else {
            in.transferTo(bytes);
          }
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (this == JAR) {
      zip.close();
    }
    return Arrays.copyOf(bytes.toByteArray(), Math.min(SIZE, bytes.size()));
  }
}
