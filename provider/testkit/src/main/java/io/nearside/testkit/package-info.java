/** For tests of programs that cache: a JUnit extension, and time that a test moves. */
@NullMarked
package io.nearside.testkit;

import org.jspecify.annotations.NullMarked;
