package io.nearside.store.remote;

import io.nearside.codec.AllowList;
import io.nearside.codec.CodecContext;
import io.nearside.codec.KeyCodec;
import io.nearside.codec.KeyForms;
import io.nearside.codec.ValueCodec;
import io.nearside.config.LoadSettings;
import io.nearside.config.RemoteCacheSettings;
import io.nearside.config.RemoteSettings;
import io.nearside.observe.Recorder;
import io.nearside.store.Clock;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Store;
import io.nearside.store.StoreObserver;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.redisson.api.RedissonClient;

/** A node: what makes remote stores over a Redis, with all that they need. */
final class RemoteBed implements AutoCloseable {
  private static final AtomicInteger CACHES = new AtomicInteger();

  final RemoteTier tier;
  final RemoteSettings settings;
  final ExecutorService background =
      Executors.newFixedThreadPool(
          4,
          task -> {
            Thread thread = new Thread(task, "background");
            thread.setDaemon(true);
            return thread;
          });

  RemoteBed(RemoteSettings settings) {
    this.settings = settings;
    this.tier = RemoteTier.open(settings, Clock.system(), background, Recorder.NONE);
  }

  /** A node that is connected, and patient, so that a busy machine fails no test. */
  static RemoteBed connected(LocalRedis redis) {
    RemoteSettings settings = redis.settings();
    RemoteBed bed =
        new RemoteBed(
            new RemoteSettings(
                settings.namespace(),
                settings.endpoint(),
                Duration.ofSeconds(10),
                settings.connectTimeout(),
                settings.poolMinimumIdle(),
                settings.poolMaximum(),
                settings.circuitBreaker(),
                settings.partitions()));
    bed.awaitConnection();
    return bed;
  }

  void awaitConnection() {
    CountDownLatch connected = new CountDownLatch(1);
    tier.onConnected(connected::countDown);
    try {
      if (!connected.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("not connected");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Redisson's client. */
  RedissonClient client() {
    return Objects.requireNonNull(
        store(Options.of(cacheName()), String.class, String.class, new RecordingObserver<>())
            .unwrap(RedissonClient.class));
  }

  /** A name that no other test has. */
  static String cacheName() {
    return "cache" + CACHES.incrementAndGet();
  }

  /** What makes a store another one than usual. */
  record Options(
      String name, int schemaVersion, boolean failSafe, int partitions, long maximumValueBytes) {
    static Options of(String name) {
      return new Options(name, 1, true, 256, 1 << 20);
    }

    Options failFast() {
      return new Options(name, schemaVersion, false, partitions, maximumValueBytes);
    }

    Options inOnePartition() {
      return new Options(name, schemaVersion, failSafe, 1, maximumValueBytes);
    }

    Options ofSchema(int version) {
      return new Options(name, version, failSafe, partitions, maximumValueBytes);
    }

    Options withMaximumValueBytes(long bytes) {
      return new Options(name, schemaVersion, failSafe, partitions, bytes);
    }
  }

  <K, V> RemoteStore<K, V> store(
      Options options, Class<K> keys, Class<V> values, StoreObserver<K, V> observer) {
    return store(options, keys, values, observer, LoadSettings.DEFAULT_LEASE);
  }

  <K, V> RemoteStore<K, V> store(
      Options options,
      Class<K> keys,
      Class<V> values,
      StoreObserver<K, V> observer,
      Duration lease) {
    StoreSettings own =
        new StoreSettings(
            options.name,
            keyCodec(options.name, keys, values),
            valueCodec(options, keys, values),
            options.failSafe,
            lease);
    return tier.store(own, layout(options), observer);
  }

  /** As {@link #store}, fenced. */
  <K, V> RemoteStore<K, V> authority(
      Options options, Class<K> keys, Class<V> values, StoreObserver<K, V> observer) {
    StoreSettings own =
        new StoreSettings(
            options.name,
            keyCodec(options.name, keys, values),
            valueCodec(options, keys, values),
            options.failSafe,
            LoadSettings.DEFAULT_LEASE);
    return tier.authority(own, layout(options), observer);
  }

  Layout layout(Options options) {
    return new Layout(
        settings.namespace(), options.name, options.schemaVersion, options.partitions);
  }

  static KeyCodec keyCodec(String name, Class<?> keys, Class<?> values) {
    return new KeyCodec(context(name, keys, values), KeyForms.of(List.of()));
  }

  private static ValueCodec valueCodec(Options options, Class<?> keys, Class<?> values) {
    return new ValueCodec(
        context(options.name, keys, values),
        "java",
        RemoteCacheSettings.Compression.DEFAULT,
        options.maximumValueBytes);
  }

  private static CodecContext context(String name, Class<?> keys, Class<?> values) {
    ClassLoader loader = RemoteBed.class.getClassLoader();
    AllowList allowed = AllowList.of(name, loader, List.of(keys, values), List.of());
    return new CodecContext(name, keys, values, loader, allowed);
  }

  /** Lets real time pass. */
  static void pass(long nanos) {
    long end = Clock.system().nanos() + nanos;
    for (long left = nanos; left > 0; left = end - Clock.system().nanos()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Has all that is due done, and waits for it. */
  static void settle(RemoteStore<?, ?> store) {
    settle(store, store);
  }

  /** Likewise, where the remote store stands behind another one. */
  static void settle(Store<?, ?> store, RemoteStore<?, ?> remote) {
    org.awaitility.Awaitility.await()
        .pollInterval(1, TimeUnit.MILLISECONDS)
        .until(() -> {
          store.expire(Clock.system().nanos());
          return remote.isQuiet();
        });
  }

  @Override
  public void close() {
    background.shutdownNow();
    tier.close();
  }
}
