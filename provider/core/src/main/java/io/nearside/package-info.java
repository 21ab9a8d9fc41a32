/** What users write against: caches, options, topologies. */
@NullMarked
package io.nearside;

import org.jspecify.annotations.NullMarked;
