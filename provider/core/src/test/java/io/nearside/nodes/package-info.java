/** Several JVMs on one Redis: atomicity, fairness, linearizability, and faults of the server. */
@NullMarked
package io.nearside.nodes;

import org.jspecify.annotations.NullMarked;
