package io.nearside.store.tiered;

import io.nearside.coherence.Proof;
import io.nearside.store.Blank;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.Epoch;
import io.nearside.store.FetchedEntry;
import io.nearside.store.Reservation;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/**
 * Copies of the authority's blanks, in a bounded space of their own; proved fresh as copies of
 * entries are. Nothing that becomes of a key is a blank, so whatever touches it ends its copy.
 * Thread-safe.
 */
final class CopiedBlanks<K> {
  /** No entry's. */
  private static final Identity NOBODY = new Identity(0, 0);

  private final Copies<K, Boolean> copies;

  private CopiedBlanks(Copies<K, Boolean> copies) {
    this.copies = copies;
  }

  static <K> @Nullable CopiedBlanks<K> of(Tiers<K, ?> tiers) {
    Copies<K, Boolean> copies = tiers.blanks();
    return (copies == null) ? null : new CopiedBlanks<>(copies);
  }

  static CopiedEntry<Boolean> copy(Blank blank, int partition, int slot, Epoch epoch) {
    VersionedEntry<Boolean> entry =
        new VersionedEntry<>(Boolean.TRUE, NOBODY, blank.until(), true, 0, 0);
    return CopiedEntry.of(entry, blank.until(), partition, slot, epoch);
  }

  /**
   * The blank of a key if it is provably the authority's.
   *
   * @param proof read before
   */
  @Nullable Blank get(K key, Proof proof, long now) {
    CopiedEntry<Boolean> copy = copies.read(key);
    return (copy != null && copy.isLive(now) && proof.holds(copy.epoch(), copy.slot(), now))
        ? new Blank(copy.expiresAt())
        : null;
  }

  Reservation reserve(K key, int partition) {
    return copies.reserve(key, partition);
  }

  void release(K key, Reservation reservation) {
    copies.release(key, reservation);
  }

  void install(K key, Reservation reservation, CopiedEntry<Boolean> copy) {
    copies.install(key, reservation, copy, FetchedEntry.UNTOLD);
  }

  void end(K key) {
    copies.changed(key, null);
  }

  void endPartition(int partition) {
    copies.dropPartition(partition);
  }

  void endAll() {
    copies.clear();
  }

  void expire(long now) {
    copies.expire(now);
  }

  void close() {
    copies.close();
  }
}
