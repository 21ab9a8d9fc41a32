package io.nearside.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A loader's answer.
 *
 * @param value null if the source has none
 * @param timeToLive the loader's own choice; null leaves it to the cache
 */
public record Loaded<V>(@Nullable V value, @Nullable Duration timeToLive) {}
