/** Rules over the byte code of the library, with planted violations that each must find. */
@NullMarked
package io.nearside.arch;

import org.jspecify.annotations.NullMarked;
