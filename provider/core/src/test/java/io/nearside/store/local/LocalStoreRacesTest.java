package io.nearside.store.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.EvictionCause;
import io.nearside.store.Applied;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.ManualClock;
import io.nearside.store.RecordingObserver;
import io.nearside.store.RecordingObserver.Kind;
import io.nearside.store.Seeds;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.StoreRacesContract;
import io.nearside.store.StoredEntry;
import io.nearside.store.Threads;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class LocalStoreRacesTest extends StoreRacesContract {
  @Override
  protected Store<Integer, Integer> create(StoreObserver<Integer, Integer> told, Clock time) {
    return new LocalStore<>(new LocalBound(1_000_000, null, null), told, time);
  }

  /** Every entry ends once: overwritten, removed or evicted; what did not end is there. */
  @Test
  void evictionIsToldOnce() {
    long seed = Seeds.seed("LocalStoreRacesTest");
    ManualClock clock = new ManualClock();
    RecordingObserver<Integer, Integer> observer =
        new RecordingObserver<Integer, Integer>().wantsChanges(false);
    LocalBound bound = new LocalBound(50, null, null);
    Store<Integer, Integer> store = new LocalStore<>(bound, observer, clock);
    Queue<StoredEntry<Integer>> begun = new ConcurrentLinkedQueue<>();
    Queue<StoredEntry<Integer>> ended = new ConcurrentLinkedQueue<>();
    Threads.Piece[] pieces = new Threads.Piece[4];
    for (int i = 0; i < pieces.length; i++) {
      RandomGenerator random = Seeds.random(seed + i);
      pieces[i] =
          () -> {
            for (int n = 0; n < 20_000; n++) {
              Change<Integer> change =
                  random.nextInt(4) == 0 ? Change.remove() : Change.put(n, Lives.FOR_EVER);
              Applied<Integer> applied = store.apply(random.nextInt(200), change, clock.nanos());
              if (applied.prior() != null) {
                ended.add(applied.prior());
              }
              if (applied.current() != null) {
                begun.add(applied.current());
              }
            }
          };
    }
    Threads.together(pieces);
    store.unwrap(com.github.benmanes.caffeine.cache.Cache.class).cleanUp();
    assertThat(observer.told())
        .isNotEmpty()
        .allMatch(told -> told.kind() == Kind.EVICTED && told.cause() == EvictionCause.SIZE);
    observer.told().forEach(told -> ended.add(told.ended()));
    int[] left = new int[1];
    store
        .iterator()
        .forEachRemaining(entry -> {
          left[0]++;
          ended.add(entry.getValue());
        });
    assertThat(left[0]).isBetween(1, 50);
    Map<StoredEntry<Integer>, Integer> counts = new IdentityHashMap<>();
    begun.forEach(entry -> counts.put(entry, 0));
    ended.forEach(entry -> counts.merge(entry, 1, Integer::sum));
    assertThat(counts).hasSize(begun.size());
    assertThat(counts.values()).allMatch(count -> count == 1);
  }
}
