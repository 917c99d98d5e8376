package dev.multiarch.maven;

import java.io.File;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Files that go into the image: the element {@code <file>}.
 *
 * <pre>{@code
 * <file>
 *   <from>src/main/tools/linux-arm64</from>
 *   <to>/usr/local/bin</to>
 *   <mode>755</mode>
 *   <platforms>linux/arm64</platforms>
 * </file>
 * }</pre>
 */
public final class FileParameters {

  /** A file, or a folder whose content is meant; relative to the module. Required. */
  @Nullable File from;

  /**
   * The absolute path in the image: for a folder the folder; for a file its path, or the folder to
   * lie in if it ends in a slash. Required.
   */
  @Nullable String to;

  /**
   * Permission bits of the files in octal; unless set, 755 for what its owner may execute and 644
   * for the rest.
   */
  @Nullable String mode;

  /** Whose the files are, as numbers {@code uid[:gid]}; root unless set. */
  @Nullable String owner;

  /** The platforms that get the files, with commas between them; all unless set. */
  @Nullable String platforms;

  /** Patterns of the files to take from a folder; all unless set. */
  @Nullable List<String> includes;

  /** Patterns of the files to leave out, besides the usual ones ({@code .git}, backups, …). */
  @Nullable List<String> excludes;
}
