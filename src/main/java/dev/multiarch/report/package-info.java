/** Images as people read them. This room knows nothing of Maven. */
@NullMarked
package dev.multiarch.report;

import org.jspecify.annotations.NullMarked;
