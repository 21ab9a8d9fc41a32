/** Provider and managers: the only place where parts are put together. */
@NullMarked
package io.nearside.spi;

import org.jspecify.annotations.NullMarked;
