/**
 * What CI systems are told of a project: which jobs build its images, on which runners, and the
 * files that say so. This room knows platforms, and nothing of images, registries or Maven's API.
 */
@NullMarked
package dev.multiarch.ci;

import org.jspecify.annotations.NullMarked;
