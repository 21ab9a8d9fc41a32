/**
 * The cache manager of a Quarkus application: made from its configuration when it starts, injected,
 * used by the annotations of JSR-107, closed when it stops.
 */
@NullMarked
package io.nearside.quarkus;

import org.jspecify.annotations.NullMarked;
