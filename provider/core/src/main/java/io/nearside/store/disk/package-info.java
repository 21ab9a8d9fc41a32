/** Writes that wait for a cache's source, kept on disk; the only importer of H2's MVStore. */
@NullMarked
package io.nearside.store.disk;

import org.jspecify.annotations.NullMarked;
