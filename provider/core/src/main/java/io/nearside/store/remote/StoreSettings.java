package io.nearside.store.remote;

import io.nearside.codec.KeyCodec;
import io.nearside.codec.ValueCodec;
import java.time.Duration;

/**
 * What the remote store of a cache is made from.
 *
 * @param cacheName as it is called in messages
 * @param keys between keys and their canonical text
 * @param values between values and bytes
 * @param failSafe whether what could not be said to Redis is said later
 * @param lease how long a load holds its key without being renewed
 */
record StoreSettings(
    String cacheName, KeyCodec keys, ValueCodec values, boolean failSafe, Duration lease) {}
