package dev.multiarch.image;

import dev.multiarch.layer.SeenFiles;
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
   * @param memo what an earlier build found out of the program; gets what this one does
   * @param files looks at the files of the image, and gets the digests of those that are read
   * @param mistakes gets what is wrong; the plan is not to be built then
   * @param parallel threads for what can be looked at side by side
   * @throws IOException if a file cannot be read
   */
  public static ImagePlan of(
      ImageSpec spec, Memo memo, SeenFiles files, Mistakes mistakes, Parallel parallel)
      throws IOException {
    return new ImagePlan(spec, new ContentPlanner(spec, memo, files, mistakes).plan(parallel));
  }

  ImageSpec spec() {
    return spec;
  }

  Content content() {
    return content;
  }
}
