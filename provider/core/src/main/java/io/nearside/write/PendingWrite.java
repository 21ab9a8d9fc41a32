package io.nearside.write;

import org.jspecify.annotations.Nullable;

/**
 * A write that the source has not taken yet.
 *
 * @param value null deletes
 * @param number places it among all others; a newer write of its key takes the number over
 * @param version its own, greater than those of all before
 * @param since when the source began to be behind for the key, in nanoseconds of the clock
 * @param attempts how often it has failed alone
 * @param notBefore when it may be tried again, likewise
 * @param failure what the writer threw last
 */
record PendingWrite<K, V>(
    K key,
    @Nullable V value,
    long number,
    long version,
    long since,
    int attempts,
    long notBefore,
    @Nullable String failure) {

  static <K, V> PendingWrite<K, V> first(
      K key, @Nullable V value, long number, long version, long since) {
    return new PendingWrite<>(key, value, number, version, since, 0, since, null);
  }

  PendingWrite<K, V> failed(String why, long retryAt) {
    return new PendingWrite<>(key, value, number, version, since, attempts + 1, retryAt, why);
  }

  PendingWrite<K, V> retried(long retryAt) {
    return new PendingWrite<>(key, value, number, version, since, attempts, retryAt, failure);
  }
}
