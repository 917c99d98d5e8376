package dev.multiarch.maven;

import dev.multiarch.image.ConfigurationException;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/** Says in words what the operating system says in codes. */
final class Failures {

  private Failures() {}

  /** Work that fails as the rooms below do. */
  interface Work {
    void run() throws Exception;
  }

  /**
   * Does work and tells its failures as Maven wants them told.
   *
   * @throws MojoFailureException for what the user can mend
   * @throws MojoExecutionException for what broke
   */
  static void told(Work work) throws MojoExecutionException, MojoFailureException {
    try {
      work.run();
    } catch (MojoExecutionException | MojoFailureException e) {
      throw e;
    } catch (ConfigurationException e) {
      throw with(e, new MojoFailureException(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw with(e, new MojoExecutionException(describe(e.getCause())));
    } catch (DirectoryIteratorException e) {
      throw with(e, new MojoExecutionException(describe(e.getCause())));
    } catch (RuntimeException e) {
      throw e;
    } catch (StoreException e) {
      throw with(e, new MojoFailureException(e.getMessage() + "\n" + e.remedy()));
    } catch (IOException e) {
      throw with(e, new MojoExecutionException(describe(e)));
    } catch (Exception e) {
      throw new MojoExecutionException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Not as its cause, whose words Maven would append to ours; {@code -e} shows it all the same. */
  private static <T extends Exception> T with(Exception origin, T failure) {
    failure.addSuppressed(origin);
    return failure;
  }

  /** The failure with what to do about it. */
  private static String describe(IOException e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.toLowerCase(Locale.ROOT).contains("no space left")) {
      return "the disk is full: "
          + text
          + "\nNothing half-written was left. Make room where the module, the cache (multiarch.cache)"
          + " and the destination lie, and run again.";
    }
    if (e instanceof AccessDeniedException) {
      return "access was denied to " + text + "\nCheck who owns the file or folder.";
    }
    if (e instanceof NoSuchFileException) {
      return text
          + " does not exist, or not any more\nCheck that its folder can be written, and that nothing"
          + " deletes it during the build.";
    }
    return text;
  }
}
