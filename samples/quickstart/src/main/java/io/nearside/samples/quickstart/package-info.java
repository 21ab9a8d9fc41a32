/** A JCache cache over a JDBC database, driven by many threads, every read checked. */
@NullMarked
package io.nearside.samples.quickstart;

import org.jspecify.annotations.NullMarked;
