/** Cache entry listeners: who hears of what, in which order, and who waits (JSR-107 section 8). */
@NullMarked
package io.nearside.event;

import org.jspecify.annotations.NullMarked;
