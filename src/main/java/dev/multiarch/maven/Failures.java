package dev.multiarch.maven;

import dev.multiarch.image.ConfigurationException;
import dev.multiarch.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
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
      throw new MojoFailureException(e.getMessage(), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (StoreException e) {
      throw new MojoFailureException(e.getMessage() + "\n" + e.remedy(), e);
    } catch (IOException e) {
      throw new MojoExecutionException(describe(e), e);
    } catch (Exception e) {
      throw new MojoExecutionException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The failure with what to do about it. */
  private static String describe(IOException e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    if (text.toLowerCase(Locale.ROOT).contains("no space left")) {
      return "the disk is full: "
          + text
          + "\nNothing half-written was left; make room (the cache is multiarch.cache) and run"
          + " again.";
    }
    if (e instanceof AccessDeniedException) {
      return "access was denied to " + text + "\nCheck who owns the file or folder.";
    }
    if (e instanceof NoSuchFileException) {
      return text + " does not exist (any more)\nSomething deleted it during the build; run again.";
    }
    if (e instanceof FileSystemException) {
      return text;
    }
    return text;
  }
}
