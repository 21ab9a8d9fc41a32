/** Tests of the sample. */
@NullMarked
package io.nearside.samples.springboot;

import org.jspecify.annotations.NullMarked;
