/**
 * What is kept on disk: writes that wait for a cache's source, and which keys were read; the only
 * importer of H2's MVStore.
 */
@NullMarked
package io.nearside.store.disk;

import org.jspecify.annotations.NullMarked;
