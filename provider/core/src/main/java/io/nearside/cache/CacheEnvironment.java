package io.nearside.cache;

import io.nearside.Operations;
import io.nearside.codec.Copier;
import io.nearside.config.CacheSettings;
import io.nearside.config.Tunable;
import io.nearside.config.WriteBehindSettings;
import io.nearside.observe.CacheRecorder;
import io.nearside.observe.Metrics.CacheMetrics;
import io.nearside.store.Clock;
import io.nearside.store.ReadLog;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import io.nearside.store.WriteLog;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * What a manager gives a cache.
 *
 * @param recorder what the cache and its parts tell
 * @param metrics shows it to the outside; closed with the cache
 * @param stores makes the store that tells the given observer
 * @param eventExecutor serves asynchronous listeners; never runs a task in the caller's thread
 * @param loadExecutor serves {@code loadAll}
 * @param timedLoadExecutor serves loads with a time-out; never runs a task in the caller's thread
 * @param async serves the asynchronous view
 * @param onClose called once, when the cache has closed
 * @param writeLogs opens what backs the queue of writes of a local cache, which closes it
 * @param operations of this cache
 * @param tuned the settings with such orders over them; throws as the configuration does
 * @param readLog opens what keeps which keys are read, which the cache closes; null if nothing does
 */
public record CacheEnvironment<K, V>(
    CacheSettings<K, V> settings,
    CacheManager manager,
    CacheRecorder recorder,
    CacheMetrics metrics,
    Function<StoreObserver<K, V>, Store<K, V>> stores,
    Copier copier,
    Clock clock,
    RandomGenerator random,
    Executor eventExecutor,
    Executor loadExecutor,
    Executor timedLoadExecutor,
    AsyncNode async,
    Consumer<StoreCache<K, V>> onClose,
    Function<WriteBehindSettings, WriteLog<K, V>> writeLogs,
    Supplier<@Nullable ReadLog<K>> readLog,
    Operations operations,
    Function<Map<Tunable, String>, CacheSettings<?, ?>> tuned) {}
