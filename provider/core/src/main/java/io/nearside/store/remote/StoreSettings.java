package io.nearside.store.remote;

import io.nearside.codec.KeyCodec;
import io.nearside.codec.ValueCodec;
import io.nearside.store.Keeping;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the remote store of a cache is made from.
 *
 * @param cacheName as it is called in messages
 * @param keys between keys and their canonical text
 * @param values between values and bytes
 * @param failSafe whether what could not be said to Redis is said later
 * @param lease how long a load holds its key
 * @param queue of the writes that its source has not taken yet; null: changes are not queued
 * @param blanks how many are remembered; null: none
 * @param keeping of entries whose time is over
 */
record StoreSettings(
    String cacheName,
    KeyCodec keys,
    ValueCodec values,
    boolean failSafe,
    LeaseTerms lease,
    @Nullable QueueSettings queue,
    @Nullable BlankSettings blanks,
    Keeping keeping) {

  /** Of a cache that remembers nothing of what is not there, or is not there any more. */
  StoreSettings(
      String cacheName,
      KeyCodec keys,
      ValueCodec values,
      boolean failSafe,
      Duration lease,
      @Nullable QueueSettings queue) {
    this(cacheName, keys, values, failSafe, LeaseTerms.endless(lease), queue, null, Keeping.NONE);
  }

  /** Of a cache without a queue. */
  StoreSettings(
      String cacheName, KeyCodec keys, ValueCodec values, boolean failSafe, Duration lease) {
    this(cacheName, keys, values, failSafe, lease, null);
  }
}
