package io.nearside.store;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The masters of the remote tier and what they say: one channel for each, which carries the changes
 * of its entries and its beats, in the order in which the master said them. Thread-safe.
 */
public interface Bus extends AutoCloseable {

  /** A master. Compared by identity; one that comes back is another one or the same. */
  interface Master {
    /** For people. */
    String name();
  }

  /**
   * What a master says now and then.
   *
   * @param runId of the server's process
   * @param incarnation of the master's data: random, drawn anew when the data was lost
   * @param number grows within the incarnation
   */
  record Beat(String runId, long incarnation, long number) {}

  /**
   * What a master answers to the beat script.
   *
   * @param configurationEpoch the cluster's, 0 outside of one
   * @param serverMicros the master's clock, in microseconds since 1970
   * @param owned the slots that it serves and that are not on their way to another master
   * @param awaited what to hear: this beat, or one of the same run and incarnation with a higher
   *     number
   */
  record BeatReply(
      String runId,
      long incarnation,
      long configurationEpoch,
      long serverMicros,
      Slots owned,
      Beat awaited) {}

  /** Begins to tell. Once. */
  void start(Hearer hearer);

  /**
   * Runs the beat script on a master; never waits. The stage ends within a bounded time, with an
   * exception if the master did not answer or refused.
   */
  CompletionStage<BeatReply> beat(Master master);

  /** Subscribes anew: the master answers, but nothing is heard of it. Never waits. */
  void resubscribe(Master master);

  /** What it can't hear now, and why. */
  default List<Trouble> troubles() {
    return List.of();
  }

  @Override
  void close();

  /**
   * Hears of the masters. What concerns one master comes in order, by one thread, and together in
   * this order with the changes that its channel tells the {@link Authority.Hearer}s.
   */
  interface Hearer {

    /** The subscription of a master's channel is confirmed, for the first time or again. */
    void subscribed(Master master);

    /** The subscription has ended; another one may follow. */
    void lost(Master master);

    /** The master has said that on its channel. */
    void beat(Master master, Beat beat);

    /** The master is none any more. */
    void gone(Master master);
  }
}
