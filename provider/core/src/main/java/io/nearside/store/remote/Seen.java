package io.nearside.store.remote;

import io.nearside.codec.Envelope;
import io.nearside.store.Absent;
import io.nearside.store.Outcome;
import io.nearside.store.VersionedEntry;
import io.nearside.store.VersionedEntry.Identity;
import org.jspecify.annotations.Nullable;

/**
 * What Redis holds of a key; at most one of them is not null.
 *
 * @param live the entry that counts
 * @param expired one whose time is over, and that nobody has told of yet
 * @param unreadable of an entry that would count if its value could be read
 */
record Seen<V>(
    @Nullable VersionedEntry<V> live,
    Envelope.@Nullable View expired,
    @Nullable Identity unreadable) {
  private static final Seen<?> NOTHING = new Seen<>(null, null, null);

  @SuppressWarnings("unchecked")
  static <V> Seen<V> nothing() {
    return (Seen<V>) NOTHING;
  }

  static <V> Seen<V> live(VersionedEntry<V> entry) {
    return new Seen<>(entry, null, null);
  }

  static <V> Seen<V> expired(Envelope.View view) {
    return new Seen<>(null, view, null);
  }

  static <V> Seen<V> unreadable(Identity identity) {
    return new Seen<>(null, null, identity);
  }

  Outcome<V> outcome() {
    return (live == null) ? Absent.absent() : live;
  }
}
