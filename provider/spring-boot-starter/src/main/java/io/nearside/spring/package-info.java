/** Caches in a Spring Boot application: the starter's auto-configuration. */
@NullMarked
package io.nearside.spring;

import org.jspecify.annotations.NullMarked;
