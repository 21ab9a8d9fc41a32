/** Hibernate's second-level cache on two nodes. */
@NullMarked
package io.nearside.samples.hibernate;

import org.jspecify.annotations.NullMarked;
