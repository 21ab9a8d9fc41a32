/** The database of samples whose framework brings no access to one. */
@NullMarked
package io.nearside.samples.products;

import org.jspecify.annotations.NullMarked;
