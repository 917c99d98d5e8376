/**
 * The value types of the OCI specifications: digests, platforms, descriptors, manifests, indexes
 * and image configs. They are immutable and keep JSON fields that they do not know. This room knows
 * nothing of I/O or of Maven.
 */
@NullMarked
package dev.multiarch.oci;

import org.jspecify.annotations.NullMarked;
