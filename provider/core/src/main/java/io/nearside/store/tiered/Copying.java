package io.nearside.store.tiered;

import io.nearside.store.Applied;
import io.nearside.store.Blank;
import io.nearside.store.Bus;
import io.nearside.store.Change.Condition;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Copies;
import io.nearside.store.Epoch;
import io.nearside.store.FetchedEntry;
import io.nearside.store.HotEntry;
import io.nearside.store.Outcome;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import io.nearside.store.tiered.TieredSettings.Promotion;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What becomes a copy, and when it ends. Whoever asks the authority begins an attempt first, so
 * that nothing which touches the key meanwhile is missed. Thread-safe.
 */
final class Copying<K, V> {
  private static final int READS_SIZE = 4096;

  private final Tiers<K, V> tiers;
  private final TieredSettings<V> settings;
  private final Flights<K, V> flights;
  private final TierCounts counts;
  private final @Nullable CopiedBlanks<K> blanks;
  private final Cooling<K, V> cooling;
  private final @Nullable Tally reads;
  private volatile boolean allowed = true;
  private volatile long life;

  Copying(Tiers<K, V> tiers, TieredSettings<V> settings, Flights<K, V> flights, TierCounts counts) {
    this.tiers = tiers;
    this.settings = settings;
    this.flights = flights;
    this.counts = counts;
    this.life = settings.timeToLive();
    this.blanks = CopiedBlanks.of(tiers);
    this.cooling = new Cooling<>(tiers);
    Promotion promotion = settings.promotion();
    this.reads = promotion.reads() > 1 ? new Tally(READS_SIZE, promotion.window()) : null;
  }

  /**
   * A question or change of one key under way.
   *
   * @param master who is asked
   * @param epoch its epoch; null if what is answered can't be copied
   * @param blank of the key's place among the blanks; null if there are none
   */
  record Attempt<K>(
      K key,
      int partition,
      Bus.@Nullable Master master,
      @Nullable Epoch epoch,
      Reservation reservation,
      @Nullable Reservation blank) {}

  /** Before the authority is asked; to be ended. */
  Attempt<K> begin(K key) {
    int partition = tiers.authority().partition(key);
    int slot = tiers.authority().slot(partition);
    Reservation reservation = tiers.copies().reserve(key, partition);
    Reservation blank = (blanks == null) ? null : blanks.reserve(key, partition);
    Bus.Master master = tiers.authority().master(slot);
    Epoch epoch = tiers.proofs().now().epoch(master, slot);
    return new Attempt<>(key, partition, master, epoch, reservation, blank);
  }

  void end(Attempt<K> attempt) {
    tiers.copies().release(attempt.key, attempt.reservation);
    if (blanks != null && attempt.blank != null) {
      blanks.release(attempt.key, attempt.blank);
    }
  }

  /** What is remembered of keys that the source had nothing for; null if that is nothing. */
  @Nullable CopiedBlanks<K> blanks() {
    return blanks;
  }

  /** The authority has answered that the source had nothing. */
  void blank(Attempt<K> attempt, Blank blank) {
    Epoch epoch = attempt.epoch;
    int slot = tiers.authority().slot(attempt.partition);
    if (allowed
        && blanks != null
        && attempt.blank != null
        && epoch != null
        && tiers.authority().master(slot) == attempt.master) {
      blanks.install(
          tiers.keys().apply(attempt.key),
          attempt.blank,
          CopiedBlanks.copy(blank, attempt.partition, slot, epoch));
    }
  }

  /** Whether something may have been missed of the key since it was copied. */
  boolean isFormer(CopiedEntry<V> copy) {
    int slot = copy.slot();
    Epoch current = tiers.proofs().now().epoch(tiers.authority().master(slot), slot);
    return current != null && current != copy.epoch();
  }

  /** The authority has been read. */
  void read(Attempt<K> attempt, Outcome<V> outcome, long now) {
    if (!(outcome instanceof VersionedEntry<V> entry)
        || reads != null && reads.count(attempt.key, now) < settings.promotion().reads()) {
      return;
    }
    if (entry instanceof HotEntry<V> hot) {
      cooling.met(attempt.key, hot, now);
    } else if (install(attempt, entry)) {
      counts.count(TierCount.PROMOTIONS);
    }
  }

  /** A copy has been compared with the authority. */
  void revalidated(Attempt<K> attempt, Outcome<V> outcome) {
    if (outcome instanceof VersionedEntry<V> entry && !(entry instanceof HotEntry<V>)) {
      if (install(attempt, entry)) {
        counts.count(TierCount.REVALIDATIONS);
      }
    } else {
      touch(attempt.key, null);
    }
  }

  /**
   * The authority has answered a change: what its answer shows counts from now on.
   *
   * @param condition the change's; a copy may still be what refused to be overwritten, but not what
   *     failed to be found the same
   */
  void applied(Attempt<K> attempt, Applied<V> applied, Condition condition) {
    boolean untold = !applied.done() && applied.existed() && applied.prior() == null;
    if (untold && condition == Condition.ABSENT) {
      endBlank(attempt.key);
      return;
    }
    StoredEntry<V> live = applied.done() ? applied.current() : applied.prior();
    VersionedEntry<V> entry = (live instanceof VersionedEntry<V> versioned) ? versioned : null;
    touch(attempt.key, (entry == null) ? null : entry.identity());
    if (entry != null) {
      install(attempt, entry);
    }
  }

  /** Whatever was known of the key before counts no more, but for what has that identity. */
  void touch(K key, @Nullable Identity identity) {
    flights.detach(key);
    endBlank(key);
    if (tiers.copies().changed(key, identity)) {
      counts.count(TierCount.DEMOTIONS);
    }
  }

  private void endBlank(K key) {
    if (blanks != null) {
      blanks.end(key);
    }
  }

  void touchPartition(int partition) {
    flights.detachAll();
    if (blanks != null) {
      blanks.endPartition(partition);
    }
    tiers.copies().dropPartition(partition);
  }

  /** What was known of a partition counts no more, but for what is of that generation. */
  void touchPartition(int partition, long generation) {
    flights.detachAll();
    if (blanks != null) {
      blanks.endPartition(partition);
    }
    tiers.copies().clearPartition(partition, generation);
  }

  /** The authority's entries with one of these tags count no more. */
  void touchTags(Collection<String> tags) {
    flights.detachAll();
    tiers.copies().dropTags(tags);
  }

  /** Whether anything may become a copy; if not, nothing stays one. */
  void allow(boolean copies) {
    if (copies != allowed) {
      allowed = copies;
      touchAll(); // the reservations too, so that nothing comes later which was allowed before
    }
  }

  void touchAll() {
    flights.detachAll();
    if (blanks != null) {
      blanks.endAll();
    }
    tiers.copies().clear();
  }

  private boolean install(Attempt<K> attempt, VersionedEntry<V> entry) {
    long now = tiers.clock().nanos();
    int slot = tiers.authority().slot(attempt.partition);
    if (!allowed
        || attempt.epoch == null
        || tiers.authority().master(slot) != attempt.master // then another one may have answered
        || entry instanceof HotEntry<V>
        || !settings.copyable().test(entry.value())) {
      return false;
    }
    Copies<K, V> copies = tiers.copies();
    return copies.install(
        tiers.keys().apply(attempt.key),
        attempt.reservation,
        CopiedEntry.of(entry, expiresAt(entry, now), attempt.partition, slot, attempt.epoch),
        (entry instanceof FetchedEntry<V> fetched) ? fetched.generation() : FetchedEntry.UNTOLD);
  }

  /** The longest life of copies from now on, in nanoseconds. */
  void life(long nanos) {
    life = nanos;
  }

  private long expiresAt(VersionedEntry<V> entry, long now) {
    long most = life;
    return most >= StoredEntry.NEVER - now
        ? entry.expiresAt()
        : Math.min(entry.expiresAt(), now + most);
  }
}
