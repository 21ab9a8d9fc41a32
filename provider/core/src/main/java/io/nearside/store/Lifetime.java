package io.nearside.store;

/**
 * Makes the entry for a value that is written: says when it expires, and what it remembers. Called
 * by a store at the moment of the change, maybe more than once and maybe under a lock, so it holds
 * no user code. Thread-safe.
 */
public interface Lifetime {

  /** The entry of a key that had no live one. One that is not live at {@code now} is not stored. */
  <V> StoredEntry<V> created(V value, long now);

  /** The entry that follows {@code prior}. One that is not live at {@code now} expires at once. */
  <V> StoredEntry<V> updated(V value, StoredEntry<V> prior, long now);

  /** The same in numbers, for a store that makes entries elsewhere; drawn anew where they vary. */
  Terms terms();

  /** What the entry is to remember beside its value. */
  default Notes notes() {
    return Notes.NONE;
  }

  /**
   * A lifetime in numbers.
   *
   * @param creationNanos the life of an entry that is created; 0 or less: none
   * @param updateNanos of one that follows another, or {@link #KEEP}
   * @param maximumLifeNanos what no update prolongs a life beyond, counted from creation
   * @param ownLife whether reads must leave the expiry alone
   */
  record Terms(long creationNanos, long updateNanos, long maximumLifeNanos, boolean ownLife) {
    /** The expiry stays as it is. */
    public static final long KEEP = -1;

    /** Does not end. */
    public static final long ETERNAL = Long.MAX_VALUE;
  }
}
