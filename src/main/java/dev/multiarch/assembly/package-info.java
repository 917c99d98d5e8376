/**
 * From platforms to one image: digest records, where they come from, the check that they are
 * exactly the expected ones, the index, publishing and reading back. This room knows nothing of
 * Maven.
 */
@NullMarked
package dev.multiarch.assembly;

import org.jspecify.annotations.NullMarked;
