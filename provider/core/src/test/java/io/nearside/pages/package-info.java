/** What the tests of samples need to check their pages. */
@NullMarked
package io.nearside.pages;

import org.jspecify.annotations.NullMarked;
