/**
 * Files in, one layer blob out: what a layer holds, the tar and gzip pass that makes it, and the
 * cache that saves the pass. This room knows nothing of registries or of Maven.
 */
@NullMarked
package dev.multiarch.layer;

import org.jspecify.annotations.NullMarked;
