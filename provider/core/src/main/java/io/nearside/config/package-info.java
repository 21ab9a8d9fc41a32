/**
 * Immutable configuration: URI, YAML, builder, presets, templates, and every check of a setting.
 */
@NullMarked
package io.nearside.config;

import org.jspecify.annotations.NullMarked;
