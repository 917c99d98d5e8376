package dev.multiarch.image;

import dev.multiarch.store.Parallel;
import java.io.IOException;

/** A spec whose content has been looked at, and found possible as far as this machine can tell. */
public final class ImagePlan {

  private final ImageSpec spec;
  private final Content content;

  private ImagePlan(ImageSpec spec, Content content) {
    this.spec = spec;
    this.content = content;
  }

  /**
   * Looks at the files of an image. Nothing is written and nobody asked.
   *
   * @param program where the files of the program lie, as an earlier build kept it
   * @param mistakes gets what is wrong; the plan is not to be built then
   * @param parallel threads for what can be looked at side by side
   * @throws IOException if a file cannot be read
   */
  public static ImagePlan of(
      ImageSpec spec, ProgramFile program, Mistakes mistakes, Parallel parallel)
      throws IOException {
    return new ImagePlan(spec, new ContentPlanner(spec, program, mistakes).plan(parallel));
  }

  ImageSpec spec() {
    return spec;
  }

  Content content() {
    return content;
  }
}
