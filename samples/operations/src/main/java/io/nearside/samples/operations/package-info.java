/** A program whose caches are watched: metrics for Prometheus, health, and faults to look at. */
@NullMarked
package io.nearside.samples.operations;

import org.jspecify.annotations.NullMarked;
