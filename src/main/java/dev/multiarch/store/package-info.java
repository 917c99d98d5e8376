/**
 * Where images lie: one interface for every kind of store, the OCI image layout on disk, and the
 * one algorithm that copies from store to store. This room knows nothing of HTTP or of Maven.
 */
@NullMarked
package dev.multiarch.store;

import org.jspecify.annotations.NullMarked;
