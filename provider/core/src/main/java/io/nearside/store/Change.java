package io.nearside.store;

import org.jspecify.annotations.Nullable;

/**
 * A write of one key, with the condition under which it takes place.
 *
 * @param condition what must hold of the live entry
 * @param expected the entry that {@link Condition#SAME} asks for
 * @param value the new value; null removes
 * @param lifetime makes the entry of the new value
 * @param returning what the caller wants to know of the entry that was there
 * @param known whether it comes from the cache's source, which is not to be told of it
 */
public record Change<V>(
    Condition condition,
    @Nullable StoredEntry<V> expected,
    @Nullable V value,
    @Nullable Lifetime lifetime,
    Returning returning,
    boolean known) {

  Change(
      Condition condition,
      @Nullable StoredEntry<V> expected,
      @Nullable V value,
      @Nullable Lifetime lifetime) {
    this(condition, expected, value, lifetime, Returning.PRESENCE, false);
  }

  /**
   * What a caller wants to know of a prior entry; a store may tell more, and tells the entry that
   * refuses {@link Condition#SAME}.
   */
  public enum Returning {
    /** Whether it was there. */
    PRESENCE,
    /** The entry itself. */
    ENTRY
  }

  /** What must hold of a key's live entry when the change takes place. */
  public enum Condition {
    /** Nothing. */
    NONE,
    /** There is none. */
    ABSENT,
    /** There is one. */
    PRESENT,
    /** It is exactly the expected one. */
    SAME
  }

  public static <V> Change<V> put(V value, Lifetime lifetime) {
    return new Change<>(Condition.NONE, null, value, lifetime);
  }

  public static <V> Change<V> putIfAbsent(V value, Lifetime lifetime) {
    return new Change<>(Condition.ABSENT, null, value, lifetime);
  }

  public static <V> Change<V> replace(V value, Lifetime lifetime) {
    return new Change<>(Condition.PRESENT, null, value, lifetime);
  }

  public static <V> Change<V> replace(StoredEntry<V> expected, V value, Lifetime lifetime) {
    return new Change<>(Condition.SAME, expected, value, lifetime);
  }

  public static <V> Change<V> remove() {
    return new Change<>(Condition.NONE, null, null, null);
  }

  public static <V> Change<V> remove(StoredEntry<V> expected) {
    return new Change<>(Condition.SAME, expected, null, null);
  }

  /** Removes what the source has not any more. */
  public static <V> Change<V> forget(StoredEntry<V> expected) {
    return new Change<>(Condition.SAME, expected, null, null, Returning.PRESENCE, true);
  }

  /** Removes what has expired, if there is nothing else: the source has nothing. */
  public static <V> Change<V> forgetExpired() {
    return new Change<>(Condition.ABSENT, null, null, null, Returning.PRESENCE, true);
  }

  /**
   * Changes nothing, but only if there is nothing; what is being loaded does not count any more.
   */
  public static <V> Change<V> stayAbsent() {
    return new Change<>(Condition.ABSENT, null, null, null);
  }

  /** The same change, which returns the prior entry itself. */
  public Change<V> returningPrior() {
    return returning(Returning.ENTRY);
  }

  /** The same change, for a caller who wants that of the prior entry. */
  public Change<V> returning(Returning wanted) {
    return (wanted == returning)
        ? this
        : new Change<>(condition, expected, value, lifetime, wanted, known);
  }

  /** Whether the live entry, null for none, meets the condition. */
  public boolean admits(@Nullable StoredEntry<V> live) {
    return switch (condition) {
      case NONE -> true;
      case ABSENT -> live == null;
      case PRESENT -> live != null;
      case SAME -> live == expected;
    };
  }
}
