package dev.multiarch.image;

import com.google.gson.JsonPrimitive;
import dev.multiarch.layer.FileTree;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which release of Java a program's classes are made for. */
public final class JavaRelease {

  private static final String QUESTION = "javaRelease";

  private static final int CLASS_FILE_OFFSET = 44;

  private JavaRelease() {}

  /**
   * The newest release that a class is made for. Classes that are as an earlier build found them
   * are not read again.
   *
   * @param classes a folder of classes; META-INF in it holds other editions of them
   * @param memo what an earlier build has found out
   * @param seen looks at the classes
   * @return such as 17; 0 if there is no class
   * @throws IOException if the classes cannot be read
   */
  public static int of(Path classes, Memo memo, SeenFiles seen) throws IOException {
    FileTree tree = seen.tree(classes);
    List<Path> files = MainClasses.classFiles(tree, classes);
    Optional<Digest> state = tree.state(files);
    if (state.isPresent()
        && memo.find(QUESTION, state.get()).orElse(null) instanceof JsonPrimitive known) {
      return known.getAsInt();
    }
    int newest = 0;
    for (Path file : files) {
      newest = Math.max(newest, majorVersion(file) - CLASS_FILE_OFFSET);
    }
    if (state.isPresent()) {
      memo.put(QUESTION, state.get(), new JsonPrimitive(newest));
    }
    return newest;
  }

  /** JVM specification 4.1: magic, minor version, major version. What is no class has none. */
  private static int majorVersion(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(8);
      return header.length < 8 ? 0 : (header[6] & 0xff) << 8 | header[7] & 0xff;
    }
  }
}
