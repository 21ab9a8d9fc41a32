package io.nearside.store.local;

import io.nearside.store.CopiedEntry;
import io.nearside.store.Reservation;
import io.nearside.store.TaggedCopy;
import io.nearside.store.VersionedEntry.Identity;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The questions and changes under way of a two-tier cache, by key. Each notes what touches its key
 * meanwhile: if that is one identity, again and again, it may still install the copy of that
 * identity. So a node's own announcement, early or late, never spoils what the node installs.
 *
 * <p>Thread-safe. The map's own bin lock is held around an installation into Caffeine's map.
 */
final class CopyReservations<K> {
  private final ConcurrentHashMap<K, Ticket> tickets = new ConcurrentHashMap<>();

  /** The tickets of a key are linked. Guarded by the map's lock of the key, but for the marks. */
  private static final class Ticket implements Reservation {
    private final int mark;
    private final long tags;
    private @Nullable Ticket next;
    private @Nullable Identity touchedBy;
    private boolean spoilt;

    Ticket(int mark, long tags, @Nullable Ticket next) {
      this.mark = mark;
      this.tags = tags;
      this.next = next;
    }

    void touch(@Nullable Identity identity) {
      spoilt |= identity == null || touchedBy != null && !identity.equals(touchedBy);
      touchedBy = identity;
    }

    boolean admits(Identity identity) {
      return !spoilt && (touchedBy == null || touchedBy.equals(identity));
    }
  }

  /**
   * The mark is the copy's, should it be installed.
   *
   * @param tags what it has seen of tags
   */
  Reservation reserve(K key, int mark, long tags) {
    Ticket[] made = new Ticket[1];
    tickets.compute(key, (k, first) -> made[0] = new Ticket(mark, tags, first));
    return made[0];
  }

  /** Cheap while nothing is under way for the key. */
  void touch(K key, @Nullable Identity identity) {
    tickets.computeIfPresent(
        key,
        (k, first) -> {
          for (Ticket ticket = first; ticket != null; ticket = ticket.next) {
            ticket.touch(identity);
          }
          return first;
        });
  }

  void release(K key, Reservation reservation) {
    tickets.computeIfPresent(key, (k, first) -> without(first, reservation));
  }

  private static @Nullable Ticket without(Ticket first, Reservation reservation) {
    if (first == reservation) {
      return first.next;
    }
    for (Ticket ticket = first; ticket.next != null; ticket = ticket.next) {
      if (ticket.next == reservation) {
        ticket.next = ticket.next.next;
        break;
      }
    }
    return first;
  }

  /** Installs the copy, marked, if the reservation stands; whether it did. */
  <V> boolean use(
      K key, Reservation reservation, CopiedEntry<V> copy, Predicate<CopiedEntry<V>> installation) {
    boolean[] done = new boolean[1];
    tickets.computeIfPresent(
        key,
        (k, first) -> {
          for (Ticket ticket = first; ticket != null; ticket = ticket.next) {
            if (ticket == reservation && ticket.admits(copy.identity())) {
              copy.mark(ticket.mark);
              if (copy instanceof TaggedCopy<V> tagged) {
                tagged.seen(ticket.tags);
              }
              done[0] = installation.test(copy);
            }
          }
          return first;
        });
    return done[0];
  }
}
