package io.nearside.store.remote;

import io.nearside.RemoteUnavailableException;
import io.nearside.observe.Count;
import io.nearside.observe.Recorder;
import io.nearside.store.Applied;
import io.nearside.store.Bus;
import io.nearside.store.Clock;
import io.nearside.store.OperationTime.Use;
import io.nearside.store.StoreObserver;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one cache's remote store share.
 *
 * @param clock this node's own
 * @param order in which changes are told
 * @param ears where a hearer of changes is noted
 * @param masters the bus's master of a slot; null while it has none
 * @param unsaid what Redis is still to be told
 * @param loadEnds hears of other nodes' loads
 * @param door what calls pass for which no thread waits
 * @param timeoutNanos what an operation on one key may take
 * @param recorder is told of operations, and of what they pass
 */
record StoreParts<K, V>(
    StoreSettings settings,
    Layout layout,
    RemoteConnection connection,
    Scripts scripts,
    Clock clock,
    RandomGenerator random,
    StoreObserver<K, V> observer,
    KeyOrder order,
    Entries<K, V> entries,
    Ears ears,
    IntFunction<Bus.@Nullable Master> masters,
    Unsaid unsaid,
    RemoteCounters counters,
    LoadEnds loadEnds,
    Door door,
    long timeoutNanos,
    Recorder recorder) {

  /** The most keys of one call. */
  static final int CHUNK = 500;

  /** Begins an operation of that name. */
  Use operation(String what) {
    return CallTime.begin(clock, timeoutNanos, recorder, what);
  }

  /** Counts a change, of which the script has told others. */
  <T extends Applied<?>> T announced(T applied) {
    if (applied.done()) {
      recorder.add(Count.ANNOUNCED, 1);
    }
    return applied;
  }

  /** What a script answers whose deadline was over: nothing was done. */
  RemoteUnavailableException late() {
    return unavailable("Redis was asked too late to answer in time, and did nothing", null);
  }

  /** For a call of which nothing was done. */
  RemoteUnavailableException unavailable(String what, @Nullable Throwable cause) {
    return new RemoteUnavailableException(
        "cache \"" + settings.cacheName() + "\": " + what, false, cause);
  }
}
