package dev.multiarch.maven;

import dev.multiarch.image.Mistakes;
import dev.multiarch.report.ImageTree;
import dev.multiarch.store.Repository;
import dev.multiarch.store.Store;
import java.io.IOException;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.settings.crypto.SettingsDecrypter;

/**
 * Prints a published image as a tree: platforms, digests, sizes, which layers are shared, and how
 * to run it.
 *
 * @since 0.1.0
 */
@Mojo(name = "show", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class ShowMojo extends ImageMojo {

  /**
   * Does not show.
   *
   * @since 0.1.0
   */
  @Parameter(property = "multiarch.show.skip", defaultValue = "false")
  boolean skipShow;

  @Inject
  public ShowMojo(SettingsDecrypter decrypter) {
    super(decrypter);
  }

  @Override
  boolean isSkipped() {
    return skipShow;
  }

  @Override
  void run() throws IOException, MojoFailureException {
    Mistakes mistakes = new Mistakes();
    PlatformSelection selection = selection(mistakes);
    mistakes.throwIfAny();
    if (selection.part()) {
      getLog().info("Nothing to show: a run of a part of the platforms moves no tag.");
      return;
    }
    Destination destination = writableDestination();
    SessionStores stores = stores(destination);
    stores.requireOnlineFor(destination.repository());
    if (SessionEnd.isPending(session)) {
      // The tag that is to be shown is written at the end.
      SessionEnd.leave(
          session,
          getLog(),
          "",
          () -> {
            show(destination, stores.open(destination.repository()));
            return List.of();
          });
    } else {
      show(destination, stores.open(destination.repository()));
    }
  }

  private void show(Destination destination, Store store) throws IOException {
    String tag = destination.tags().get(0);
    List<String> tree = new ImageTree(store).draw(tag);
    tree.forEach(getLog()::info);
    getLog().info("");
    if (destination.repository() instanceof Repository.Layout) {
      getLog().info("Run it:  podman run --rm " + destination.reference());
      String local = image + ":" + tag;
      getLog()
          .info(
              "    or:  skopeo copy %s docker-daemon:%s && docker run --rm %s"
                  .formatted(destination.reference(), local, local));
    } else {
      getLog().info("Run it:  docker run --rm " + destination.reference());
    }
  }
}
