/**
 * An OCI distribution registry in the test's own process, with its token realm and its blob storage
 * on hosts of their own, that records every request and misbehaves on demand.
 *
 * <p>It has an HTTP server of its own, because a fault is often a matter of bytes on the wire: half
 * an answer, a reset before the first byte, a body shorter than announced. It knows nothing of the
 * code under test. "Spec" in this package means the OCI distribution specification, version 1.1.
 */
@NullMarked
package dev.multiarch.testing;

import org.jspecify.annotations.NullMarked;
