/**
 * Registries over HTTP (OCI distribution spec 1.1): a repository of a registry is a {@link
 * dev.multiarch.store.Store}. Here live authentication, trust, retries, limits and uploads; nobody
 * outside sees a request. This room knows nothing of Maven.
 *
 * <p>From the outside in: {@link Registries} makes a {@code RegistryStore} per repository, which
 * says what to ask; a {@code Host} says how often, how fast and in whose name; the {@code Wire}
 * carries one request and its answer.
 */
@NullMarked
package dev.multiarch.registry;

import org.jspecify.annotations.NullMarked;
