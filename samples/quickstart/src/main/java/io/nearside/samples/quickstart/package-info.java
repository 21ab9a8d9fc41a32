/**
 * Two nodes with a JCache cache over one JDBC database, driven by many threads, every read checked.
 */
@NullMarked
package io.nearside.samples.quickstart;

import org.jspecify.annotations.NullMarked;
