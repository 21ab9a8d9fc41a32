/** Tests of the sample and of what it shows. */
@NullMarked
package io.nearside.samples.quarkus;

import org.jspecify.annotations.NullMarked;
