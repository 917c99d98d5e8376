/**
 * Registries as stores, over the OCI distribution protocol: authentication, retries, uploads. This
 * room knows nothing of Maven.
 */
@NullMarked
package dev.multiarch.registry;

import org.jspecify.annotations.NullMarked;
