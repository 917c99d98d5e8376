/**
 * The goals. This is the only room that knows Maven: it reads parameters, calls one thing of the
 * rooms below, and reports.
 */
@NullMarked
package dev.multiarch.maven;

import org.jspecify.annotations.NullMarked;
