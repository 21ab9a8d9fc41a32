/** A shop as a REST service, whose caches are shared by all its instances. */
@NullMarked
package io.nearside.samples.springboot;

import org.jspecify.annotations.NullMarked;
