package io.nearside.store.remote;

import io.nearside.config.RemoteSettings;
import io.nearside.config.RemoteSettings.Endpoint;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.cache.CacheException;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients of this JVM: one for each configuration, shared by the managers that have it, closed
 * with the last of them. An application's own client is only lent, never closed. Thread-safe.
 */
final class RemoteClients {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteConnection.class);
  private static final long SHUTDOWN_MILLIS = 1_000;
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final Map<Key, Shared> SHARED = new HashMap<>();

  private RemoteClients() {}

  /** What a client depends on. */
  private record Key(Endpoint endpoint, Duration connectTimeout, int minimumIdle, int maximum) {
    static Key of(RemoteSettings settings) {
      return new Key(
          settings.endpoint(),
          settings.connectTimeout(),
          settings.poolMinimumIdle(),
          settings.poolMaximum());
    }
  }

  /**
   * A client to use until the lease is closed. Makes one if need be; connects to nothing.
   *
   * @throws CacheException if the configuration can't be one of Redisson
   */
  static Lease lease(RemoteSettings settings) {
    if (settings.endpoint() instanceof RemoteSettings.Client own) {
      return new Lease(plain(own.client()), () -> {});
    }
    Key key = Key.of(settings);
    LOCK.lock();
    try {
      Shared shared = SHARED.computeIfAbsent(key, absent -> create(settings));
      shared.users++;
      return new Lease(shared.client, () -> giveBack(key, shared));
    } finally {
      LOCK.unlock();
    }
  }

  private static Redisson plain(Object client) {
    if (client instanceof Redisson redisson) {
      return redisson;
    }
    throw new CacheException(
        (client instanceof RedissonClient
                ? "the RedissonClient " + client.getClass().getName() + " wraps another"
                : "remote client must be a RedissonClient, was " + client.getClass().getName())
            + "; give what Redisson.create returned");
  }

  private static void giveBack(Key key, Shared shared) {
    LOCK.lock();
    try {
      if (--shared.users > 0) {
        return;
      }
      SHARED.remove(key);
    } finally {
      LOCK.unlock();
    }
    shared.close();
  }

  private static Shared create(RemoteSettings settings) {
    Config config =
        settings.endpoint() instanceof RemoteSettings.Address address
            ? ClientConfig.of(address, settings)
            : parsed((RemoteSettings.RedissonFile) settings.endpoint());
    EventLoopGroup loops = ClientThreads.loops(config.getNettyThreads());
    ExecutorService executor = ClientThreads.executor(config.getThreads());
    if (config.getCodec() == null) {
      // its default needs Kryo, and we give it nothing but bytes
      config.setCodec(ByteArrayCodec.INSTANCE);
    }
    config.setEventLoopGroup(loops);
    config.setExecutor(executor);
    config.setLazyInitialization(true);
    try {
      return new Shared((Redisson) Redisson.create(config), loops, executor);
    } catch (RuntimeException e) {
      loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      executor.shutdown();
      throw new CacheException(
          "remote client for " + settings.endpoint() + " can't be made: " + e.getMessage(), e);
    }
  }

  private static Config parsed(RemoteSettings.RedissonFile file) {
    try {
      Config config = Config.fromYAML(file.yaml());
      if (config.getCodec() == null) {
        config.setCodec(ByteArrayCodec.INSTANCE); // Redisson's default one needs a library more
      }
      return config;
    } catch (RuntimeException e) {
      // the message may quote the text, which may hold a password
      throw new CacheException(
          "remote.redisson: "
              + file.name()
              + " is no configuration of Redisson: "
              + e.getClass().getSimpleName());
    }
  }

  /** A client that is ours, with what it runs on. */
  private static final class Shared {
    final Redisson client;
    private final EventLoopGroup loops;
    private final ExecutorService executor;
    private int users;

    Shared(Redisson client, EventLoopGroup loops, ExecutorService executor) {
      this.client = client;
      this.loops = loops;
      this.executor = executor;
    }

    void close() {
      try {
        client.shutdown(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RuntimeException e) {
        LOG.warn(
            "a client of redis:// servers did not close cleanly; see their CLIENT LIST for what"
                + " stays: {}",
            Failures.said(e));
      }
      executor.shutdownNow();
      loops
          .shutdownGracefully(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(2 * SHUTDOWN_MILLIS);
    }
  }

  /** A client as long as it is needed. */
  static final class Lease implements AutoCloseable {
    private final Redisson client;
    private final Runnable giveBack;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Lease(Redisson client, Runnable giveBack) {
      this.client = client;
      this.giveBack = giveBack;
    }

    Redisson client() {
      return client;
    }

    /** Blocks for about two seconds at most. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        giveBack.run();
      }
    }
  }
}
