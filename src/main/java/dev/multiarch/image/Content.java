package dev.multiarch.image;

import dev.multiarch.layer.LayerPlan;
import dev.multiarch.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What goes on top of the base, before anything is read or written.
 *
 * @param shared the layers that every platform has, lowest first
 * @param own the layers of one platform, above the shared ones
 * @param container how a container starts, the program's command included
 */
record Content(
    List<LayerPlan> shared, Map<Platform, List<LayerPlan>> own, ContainerSettings container) {

  /** All layers of one platform, lowest first. */
  List<LayerPlan> of(Platform platform) {
    return Stream.concat(shared.stream(), own.getOrDefault(platform, List.of()).stream()).toList();
  }

  /** Each layer that has to be made, once. */
  List<LayerPlan> distinct() {
    return Stream.concat(shared.stream(), own.values().stream().flatMap(List::stream))
        .distinct()
        .toList();
  }
}
