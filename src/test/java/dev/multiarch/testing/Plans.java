package dev.multiarch.testing;

import dev.multiarch.image.ImagePlan;
import dev.multiarch.image.ImageSpec;
import dev.multiarch.image.Memo;
import dev.multiarch.image.Mistakes;
import dev.multiarch.layer.SeenFiles;
import dev.multiarch.store.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Plans images as a first build does, which knows nothing of earlier ones. */
public final class Plans {

  private Plans() {}

  /**
   * @throws dev.multiarch.image.ConfigurationException if the spec cannot be built
   */
  public static ImagePlan plan(ImageSpec spec, Parallel parallel) throws IOException {
    Mistakes mistakes = new Mistakes();
    Memo nothing = new Memo(Path.of("none"), List.of());
    ImagePlan plan = ImagePlan.of(spec, nothing, new SeenFiles(), mistakes, parallel);
    mistakes.throwIfAny();
    return plan;
  }
}
