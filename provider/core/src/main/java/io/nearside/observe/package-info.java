/** What is counted, and how it is shown. */
@NullMarked
package io.nearside.observe;

import org.jspecify.annotations.NullMarked;
