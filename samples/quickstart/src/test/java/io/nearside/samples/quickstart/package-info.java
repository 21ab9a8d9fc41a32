/** Tests of the quickstart. */
@NullMarked
package io.nearside.samples.quickstart;

import org.jspecify.annotations.NullMarked;
