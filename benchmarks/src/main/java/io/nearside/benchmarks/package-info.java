/**
 * Speed and memory of caches in one JVM, side by side: raw Caffeine, Nearside, other JCache
 * providers.
 */
@NullMarked
package io.nearside.benchmarks;

import org.jspecify.annotations.NullMarked;
