/** How a node knows that its copies are fresh: beats, epochs and what they prove. */
@NullMarked
package io.nearside.coherence;

import org.jspecify.annotations.NullMarked;
