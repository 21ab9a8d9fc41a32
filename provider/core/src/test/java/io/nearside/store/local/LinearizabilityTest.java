package io.nearside.store.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.cache.StoreCache;
import io.nearside.codec.Copier;
import io.nearside.store.Applied;
import io.nearside.store.CacheMaker;
import io.nearside.store.Change;
import io.nearside.store.ForwardingStore;
import io.nearside.store.Lives;
import io.nearside.store.ManualClock;
import io.nearside.store.Mutants;
import io.nearside.store.Outcome;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Reservation;
import io.nearside.store.Store;
import io.nearside.store.StoreChecks;
import io.nearside.store.StoreObserver;
import io.nearside.store.Threads;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.expiry.Duration;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.processor.EntryProcessor;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Lincheck over real caches; and over mutants that lack one lock, comparison or reservation each,
 * which it must catch. {@code -Pstress} makes it long.
 */
class LinearizabilityTest {
  private static final boolean LONG = Boolean.getBoolean("test.stress");
  private static final EntryProcessor<Object, Integer, Integer> INCREMENT =
      (entry, arguments) -> {
        int next = (entry.exists() ? entry.getValue() : 0) + 1;
        entry.setValue(next);
        return next;
      };

  private static StressOptions options() {
    return new StressOptions()
        .threads(3)
        .actorsPerThread(3)
        .actorsBefore(1)
        .actorsAfter(3)
        .iterations(LONG ? 300 : 10)
        .invocationsPerIteration(LONG ? 20_000 : 1_500)
        .minimizeFailedScenario(false);
  }

  private static StressOptions untilCaught() {
    return options().iterations(300).invocationsPerIteration(5_000);
  }

  // ---- a cache by itself ----

  /** Key 0 is there, key 1 has expired and is still in its slot. */
  @Param(name = "key", gen = IntGen.class, conf = "0:1")
  @Param(name = "value", gen = IntGen.class, conf = "10:12")
  public static class RealCache {
    private final ManualClock clock = new ManualClock();
    private final ThreadLocal<Boolean> dying = ThreadLocal.withInitial(() -> false);
    private final StoreCache<Object, Integer> cache;

    public RealCache() {
      this(UnaryOperator.identity());
    }

    RealCache(UnaryOperator<Store<Object, Integer>> decorator) {
      cache =
          new CacheMaker<Object, Integer>(clock)
              .policy(() -> new Dying(dying))
              .store(decorator)
              .make("lincheck");
      cache.put(1, 1);
      putDead(1, 1);
      clock.advance(10_000_000_000L);
      cache.put(0, 1);
    }

    @Operation
    public @Nullable Integer get(@Param(name = "key") int key) {
      return cache.get(key);
    }

    @Operation
    public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
      cache.put(key, value);
    }

    @Operation
    public boolean putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
      return cache.putIfAbsent(key, value);
    }

    /** What it stores has no time to live: gone for all, but for a while still in its slot. */
    @Operation
    public void putDead(@Param(name = "key") int key, @Param(name = "value") int value) {
      dying.set(true);
      try {
        cache.put(key, value);
      } finally {
        dying.set(false);
      }
    }

    @Operation
    public @Nullable Integer increment(@Param(name = "key") int key) {
      return cache.invoke(key, INCREMENT);
    }

    @Operation
    public boolean remove(@Param(name = "key") int key) {
      return cache.remove(key);
    }

    @Operation
    public void clear() {
      cache.clear();
    }

    @Operation
    public void tick() {
      cache.lifecycle().tick();
    }
  }

  /** What it means. */
  public static class MapSpecification {
    private final Map<Integer, Integer> map = new HashMap<>(Map.of(0, 1));

    public @Nullable Integer get(int key) {
      return map.get(key);
    }

    public void put(int key, int value) {
      map.put(key, value);
    }

    public boolean putIfAbsent(int key, int value) {
      return map.putIfAbsent(key, value) == null;
    }

    public void putDead(int key, int value) {
      map.remove(key);
    }

    public @Nullable Integer increment(int key) {
      return map.merge(key, 1, Integer::sum);
    }

    public boolean remove(int key) {
      return map.remove(key) != null;
    }

    public void clear() {
      map.clear();
    }

    public void tick() {}
  }

  private record Dying(ThreadLocal<Boolean> dying) implements ExpiryPolicy {
    @Override
    public Duration getExpiryForCreation() {
      return dying.get() ? Duration.ZERO : Duration.ETERNAL;
    }

    @Override
    public @Nullable Duration getExpiryForAccess() {
      return null;
    }

    @Override
    public Duration getExpiryForUpdate() {
      return dying.get() ? Duration.ZERO : Duration.ETERNAL;
    }
  }

  public static class WithoutCompareAndSet extends RealCache {
    public WithoutCompareAndSet() {
      super(Mutants::withoutCompareAndSet);
    }
  }

  public static class ClearingKeyByKey extends RealCache {
    public ClearingKeyByKey() {
      super(Mutants::clearingKeyByKey);
    }
  }

  @Test
  void aCacheIsLinearizable() {
    options().sequentialSpecification(MapSpecification.class).check(RealCache.class);
  }

  @Test
  void withoutCompareAndSetItIsNot() {
    assertCaught(
        untilCaught().sequentialSpecification(MapSpecification.class), WithoutCompareAndSet.class);
  }

  @Test
  void clearingKeyByKeyItIsNot() {
    assertCaught(
        untilCaught().sequentialSpecification(MapSpecification.class), ClearingKeyByKey.class);
  }

  // ---- a cache over a source ----

  /** Reads and writes through to a source that holds a value for each key at first. */
  @Param(name = "key", gen = IntGen.class, conf = "0:1")
  @Param(name = "value", gen = IntGen.class, conf = "10:12")
  public static class RealThrough {
    final Source source = new Source();
    final StoreCache<Object, Integer> cache;

    public RealThrough() {
      this(UnaryOperator.identity(), Copier.byReference());
    }

    RealThrough(UnaryOperator<Store<Object, Integer>> decorator, Copier copier) {
      cache =
          new CacheMaker<Object, Integer>(new ManualClock())
              .loader(source)
              .writer(source)
              .store(decorator)
              .copier(copier)
              .make("lincheck");
    }

    @Operation
    public @Nullable Integer get(@Param(name = "key") int key) {
      return cache.get(key);
    }

    @Operation
    public void put(@Param(name = "key") int key, @Param(name = "value") int value) {
      cache.put(key, value);
    }

    @Operation
    public void remove(@Param(name = "key") int key) {
      cache.remove(key);
    }

    /** Adds one to what is cached or in the source. */
    @Operation
    public @Nullable Integer increment(@Param(name = "key") int key) {
      return cache.invoke(
          key,
          (entry, arguments) -> {
            Integer seen = entry.getValue();
            int next = (seen == null ? 0 : seen) + 1;
            entry.setValue(next);
            return next;
          });
    }

    @Operation
    public void clear() {
      cache.clear();
    }
  }

  /** What it means: the source alone. */
  public static class SourceSpecification {
    private final Map<Integer, Integer> map = new HashMap<>(Map.of(0, 1, 1, 1));

    public @Nullable Integer get(int key) {
      return map.get(key);
    }

    public void put(int key, int value) {
      map.put(key, value);
    }

    public void remove(int key) {
      map.remove(key);
    }

    public @Nullable Integer increment(int key) {
      return map.merge(key, 1, Integer::sum);
    }

    public void clear() {}
  }

  /** A database. */
  static final class Source implements CacheLoader<Object, Integer>, CacheWriter<Object, Integer> {
    final Map<Object, Integer> rows = new ConcurrentHashMap<>(Map.of(0, 1, 1, 1));

    private static Object plain(Object key) {
      return key instanceof Loose loose ? loose.key : key;
    }

    @Override
    public @Nullable Integer load(Object key) {
      return rows.get(plain(key));
    }

    @Override
    public Map<Object, Integer> loadAll(Iterable<?> keys) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(Cache.Entry<?, ? extends Integer> entry) {
      rows.put(plain(entry.getKey()), entry.getValue());
      Thread.yield(); // a database answers late
    }

    @Override
    public void delete(Object key) {
      rows.remove(plain(key));
    }

    @Override
    public void writeAll(Collection<Cache.Entry<?, ? extends Integer>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
    }
  }

  /** A key that equals none but itself, so that its lock keeps nobody out. */
  private static final class Loose {
    final Object key;

    Loose(Object key) {
      this.key = key;
    }
  }

  /** Copies keys to loose ones: the cache's lock of a key is then one that nobody shares. */
  private enum Loosening implements Copier {
    INSTANCE;

    @Override
    @SuppressWarnings("unchecked")
    public <T> T copy(T object) {
      boolean key = object instanceof Integer number && number < 2;
      return key ? (T) new Loose(object) : object;
    }
  }

  /** The real store behind loose keys. */
  private static final class Tightening extends ForwardingStore<Object, Integer> {
    Tightening(Store<Object, Integer> behind) {
      super(behind);
    }

    @Override
    public Outcome<Integer> read(Object key, long now) {
      return super.read(Source.plain(key), now);
    }

    @Override
    public Outcome<Integer> peek(Object key, long now) {
      return super.peek(Source.plain(key), now);
    }

    @Override
    public Applied<Integer> apply(Object key, Change<Integer> change, long now) {
      return super.apply(Source.plain(key), change, now);
    }

    @Override
    public Reservation reserve(Object key) {
      return super.reserve(Source.plain(key));
    }

    @Override
    public Applied<Integer> fill(
        Object key, Reservation reservation, Change<Integer> change, long now) {
      return super.fill(Source.plain(key), reservation, change, now);
    }

    @Override
    public void release(Object key, Reservation reservation) {
      super.release(Source.plain(key), reservation);
    }
  }

  public static class WithoutReservations extends RealThrough {
    public WithoutReservations() {
      super(Mutants::withoutReservations, Copier.byReference());
    }
  }

  @Test
  void aCacheOverASourceIsLinearizable() {
    options().sequentialSpecification(SourceSpecification.class).check(RealThrough.class);
  }

  /** Takes a minute now and then; the copies' test has a mutant of the same kind. */
  @Test
  @Tag("soak")
  void withoutReservationsItIsNot() {
    assertCaught(
        untilCaught().sequentialSpecification(SourceSpecification.class),
        WithoutReservations.class);
  }

  private static void assertCaught(StressOptions options, Class<?> mutant) {
    assertThatThrownBy(() -> options.check(mutant))
        .isInstanceOf(LincheckAssertionError.class)
        .hasMessageContaining("Invalid execution results");
  }

  // ---- what lincheck can't see ----

  /** Rounds after which the source and the cache held different values of a key. */
  private static int divergences(RealThrough through, int rounds) {
    AtomicInteger wrong = new AtomicInteger();
    CyclicBarrier barrier = new CyclicBarrier(2);
    Threads.together(
        () -> {
          for (int i = 0; i < rounds; i++) {
            barrier.await();
            through.put(0, 10 + 2 * i);
            barrier.await();
            if (!through.source.rows.get(0).equals(through.cache.get(0))) {
              wrong.incrementAndGet();
            }
          }
        },
        () -> {
          for (int i = 0; i < rounds; i++) {
            barrier.await();
            through.put(0, 11 + 2 * i);
            barrier.await();
          }
        });
    return wrong.get();
  }

  /** Races are chance: a mutant may get through a try, not through all of them. */
  private static void assertCaught(IntSupplier wrongs) {
    int wrong = 0;
    for (int i = 0; wrong == 0 && i < 50; i++) {
      wrong = wrongs.getAsInt();
    }
    assertThat(wrong).isPositive();
  }

  private static RealThrough withoutKeyLocks() {
    return new RealThrough(Tightening::new, Loosening.INSTANCE);
  }

  @Test
  void sourceAndCacheAgreeBecauseOfKeyLocks() {
    assertThat(divergences(new RealThrough(), 20_000)).isZero();
    assertCaught(() -> divergences(withoutKeyLocks(), 10_000));
  }

  /** Increments through to the source that got lost. */
  private static int lost(RealThrough through, int increments) {
    through.put(0, 10);
    Threads.Piece piece =
        () -> {
          for (int i = 0; i < increments; i++) {
            through.increment(0);
          }
        };
    Threads.together(piece, piece);
    return 10 + 2 * increments - through.source.rows.get(0);
  }

  @Test
  void noIncrementIsLostBecauseOfKeyLocks() {
    assertThat(lost(new RealThrough(), 20_000)).isZero();
    assertCaught(() -> lost(withoutKeyLocks(), 20_000));
  }

  private static LocalStore<Integer, Integer> store(StoreObserver<Integer, Integer> observer) {
    return new LocalStore<>(new LocalBound(1_000, null, null), observer, new ManualClock());
  }

  private static void race(Store<Integer, Integer> store, int puts) {
    Threads.Piece piece =
        () -> {
          for (int i = 0; i < puts; i++) {
            store.apply(1, Change.put(i, Lives.FOR_EVER), 1_000_000_000L);
          }
        };
    Threads.together(piece, piece);
  }

  @Test
  void eventsAreInOrderBecauseOfTheStripes() {
    RecordingObserver<Integer, Integer> observer = new RecordingObserver<>();
    race(store(observer), 20_000);
    assertThat(observer.outOfOrder()).isEmpty();
    assertCaught(() -> {
      RecordingObserver<Integer, Integer> late = new RecordingObserver<>();
      race(new Mutants.Telling<>(store(Mutants.unordered(late)), late), 20_000);
      return late.outOfOrder().size();
    });
  }

  /** The checks of the store's own contract catch the same mutants. */
  @Test
  void theContractOfStoresCatchesMutants() {
    Store<Integer, Integer> real = store(new RecordingObserver<>());
    assertCaught(() -> StoreChecks.lostUpdates(Mutants.withoutCompareAndSet(real), 20_000));
    assertCaught(() -> StoreChecks.staleFills(Mutants.withoutReservations(real), 10_000));
    assertCaught(() -> StoreChecks.halfCleared(Mutants.clearingKeyByKey(real), 5_000));
  }
}
