package io.nearside.store;

import io.nearside.ParkedWrite;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A store's durable queue of the writes that a cache's source has not taken yet: each is added with
 * the change itself, in one step, and a newer one of a key takes an older one's place. It is in
 * parts; a part's writes are taken by one node at a time. Thread-safe.
 *
 * <p>Calls throw {@link io.nearside.RemoteUnavailableException} while the queue can't be reached.
 */
public interface WriteJournal<K, V> extends ComingWrites<K, V> {

  /**
   * What is added and taken from now on; what is there already stays.
   *
   * @param maximumDepth the most writes of all parts, which share it evenly
   * @param batchSize the most writes of a part that are taken at once
   */
  void limit(int maximumDepth, int batchSize);

  /** All parts. */
  Collection<Integer> parts();

  /** In which of them this node has added writes since it asked the last time. */
  Set<Integer> touched();

  /**
   * A write that was taken.
   *
   * @param value null deletes
   * @param version grows with each change of the key
   * @param attempts how often it has failed
   */
  record Taken<K, V>(K key, @Nullable V value, long version, int attempts) {}

  /**
   * What was taken at once. It is this node's turn in the parts until it is settled or {@link
   * #holds} says no.
   *
   * @param waiting the parts in which writes wait
   * @param more whether there may be more that are due
   */
  record Round<K, V>(Map<Integer, List<Taken<K, V>>> taken, Set<Integer> waiting, boolean more) {
    public boolean isEmpty() {
      return taken.isEmpty();
    }
  }

  /** How writes are taken. */
  enum Haste {
    /** Those that have waited for others of their batch, or are many enough. */
    DUE,
    /** All but those that have failed just now. */
    ALL
  }

  /** Takes writes of parts in which no other node does; the round before is over. */
  Round<K, V> take(Collection<Integer> parts, Haste haste);

  /** Whether no other node can have taken what this round has. */
  boolean holds(Round<K, V> round);

  /**
   * What became of a write.
   *
   * @param pauseMillis for how long it is not to be tried again
   * @param failure what the writer said
   */
  record Fate(Kind kind, long pauseMillis, String failure) {
    public static final Fate WRITTEN = new Fate(Kind.WRITTEN, 0, "");

    /** Its kinds; on the wire by ordinal. */
    public enum Kind {
      /** The source has it. */
      WRITTEN,
      /** It is to be tried again. */
      FAILED,
      /** It is not tried again by itself. */
      PARKED
    }
  }

  /** Ends a round. What has no fate may be taken again. */
  void settle(Round<K, V> round, Map<K, Fate> fates);

  /**
   * What there is.
   *
   * @param all parked ones included
   * @param parked those that are not tried any more
   * @param oldestMillis for how long the oldest waits that is not parked
   */
  record Backlog(int all, int parked, long oldestMillis) {}

  Backlog backlog();

  /** What this node has seen last, nobody being asked. */
  Backlog seen();

  /** Some of the parked writes. */
  List<ParkedWrite<K, V>> parked();

  /** Has a parked write tried again; false if there is none of the key. */
  boolean replay(K key);

  /** Gives up a parked write; false if there is none of the key. */
  boolean drop(K key);

  /**
   * Nobody waits for room in it any more: who does fails at once, by an {@link
   * IllegalStateException}, and nothing has changed. What waits in it may still be taken.
   */
  void admitNoMore();

  /** How many writes were never done since a newer one came, as far as this node has seen. */
  long coalesced();
}
