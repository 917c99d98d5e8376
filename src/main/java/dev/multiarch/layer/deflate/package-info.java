/**
 * Compression whose bytes depend on nothing but its input: DEFLATE (RFC 1951) in Java alone, since
 * the zlib behind {@code java.util.zip} differs between JDKs and systems. This room knows nothing
 * of files, archives or layers.
 */
@NullMarked
package dev.multiarch.layer.deflate;

import org.jspecify.annotations.NullMarked;
