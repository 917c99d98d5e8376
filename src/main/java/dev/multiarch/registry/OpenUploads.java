package dev.multiarch.registry;

import dev.multiarch.store.AtEnd;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The uploads that are under way. If the process is told to end meanwhile (Ctrl-C), they are
 * cancelled, so that registries need not keep half blobs until they time out.
 */
final class OpenUploads {

  private final Set<BlobUpload> open = ConcurrentHashMap.newKeySet();
  private final AtEnd atEnd = new AtEnd("multiarch-cancel-uploads", this::cancelAll);

  void add(BlobUpload upload) {
    if (open.add(upload)) {
      atEnd.opened();
    }
  }

  void remove(BlobUpload upload) {
    if (open.remove(upload)) {
      atEnd.closed();
    }
  }

  void cancelAll() {
    // Side by side: who pressed Ctrl-C does not wait for one after the other.
    // Every build comes here, and most have nothing for which threads would be needed.
    if (!open.isEmpty()) {
      open.parallelStream().forEach(BlobUpload::abandon);
    }
  }
}
