/** Tests of the sample and of what it shows. */
@NullMarked
package io.nearside.samples.hibernate;

import org.jspecify.annotations.NullMarked;
