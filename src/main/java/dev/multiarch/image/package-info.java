/**
 * From what a user wants to finished images: the base, the layers that are shared and those of one
 * platform, config and manifest. This room knows nothing of Maven, nor which kind of store a base
 * comes from.
 */
@NullMarked
package dev.multiarch.image;

import org.jspecify.annotations.NullMarked;
