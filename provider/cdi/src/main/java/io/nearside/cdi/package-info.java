/**
 * The annotations of JSR-107 ({@code javax.cache.annotation}) on beans of Jakarta CDI 4: a build
 * compatible extension that the container finds by itself.
 */
@NullMarked
package io.nearside.cdi;

import org.jspecify.annotations.NullMarked;
