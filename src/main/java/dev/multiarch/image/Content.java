package dev.multiarch.image;

import dev.multiarch.layer.LayerPlan;
import dev.multiarch.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    List<LayerPlan> layers = new ArrayList<>(shared);
    layers.addAll(own.getOrDefault(platform, List.of()));
    return layers;
  }

  /** Each layer that has to be made, once. */
  List<LayerPlan> distinct() {
    Set<LayerPlan> layers = new LinkedHashSet<>(shared);
    for (List<LayerPlan> some : own.values()) {
      layers.addAll(some);
    }
    return List.copyOf(layers);
  }
}
