@NullMarked
package io.nearside.testkit;

import org.jspecify.annotations.NullMarked;
