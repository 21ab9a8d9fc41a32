/** The arithmetic of the report. */
@NullMarked
package io.nearside.benchmarks;

import org.jspecify.annotations.NullMarked;
