package dev.multiarch.registry;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The uploads that are under way. If the process is told to end meanwhile (Ctrl-C), they are
 * cancelled, so that registries need not keep half blobs until they time out.
 */
final class OpenUploads {

  private final Set<BlobUpload> open = new HashSet<>();
  private @Nullable Thread hook;

  synchronized void add(BlobUpload upload) {
    open.add(upload);
    if (hook == null) {
      Thread atEnd = new Thread(this::cancelAll, "multiarch-cancel-uploads");
      try {
        Runtime.getRuntime().addShutdownHook(atEnd);
        hook = atEnd;
      } catch (IllegalStateException e) {
        // The process ends already.
      }
    }
  }

  /** With the last upload the hook goes too: a Maven daemon lives longer than we are wanted. */
  synchronized void remove(BlobUpload upload) {
    open.remove(upload);
    if (open.isEmpty() && hook != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It is running.
      }
      hook = null;
    }
  }

  void cancelAll() {
    // Side by side: who pressed Ctrl-C does not wait for one after the other.
    all().parallelStream().forEach(BlobUpload::abandon);
  }

  private synchronized List<BlobUpload> all() {
    return List.copyOf(open);
  }
}
