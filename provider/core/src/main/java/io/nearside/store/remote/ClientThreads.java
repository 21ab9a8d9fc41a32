package io.nearside.store.remote;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of our own clients: named as ours, and none keeps the JVM alive. */
final class ClientThreads {
  private static final long IDLE_SECONDS = 10;

  private ClientThreads() {}

  /** By the class that Netty 4.1 has too, to which Quarkus 3 holds its applications. */
  @SuppressWarnings("deprecation") // in 4.2
  static EventLoopGroup loops(int threads) {
    return new NioEventLoopGroup(threads, new DefaultThreadFactory("nearside-netty", true));
  }

  /** What Redisson runs now and then; without work there is no thread. */
  static ExecutorService executor(int threads) {
    return executor(threads, "nearside-redisson");
  }

  /** Tells the events of other nodes; without any there is no thread. */
  static ExecutorService teller() {
    return executor(1, "nearside-teller");
  }

  /** Hears the masters. */
  static ExecutorService bus() {
    return executor(1, "nearside-bus");
  }

  private static ExecutorService executor(int threads, String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            Math.max(1, threads),
            Math.max(1, threads),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory(name, true));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
