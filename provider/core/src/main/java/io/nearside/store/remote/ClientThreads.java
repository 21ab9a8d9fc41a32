package io.nearside.store.remote;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of our own clients: named as ours, and none keeps the JVM alive. */
final class ClientThreads {
  private static final long IDLE_SECONDS = 10;

  private ClientThreads() {}

  static EventLoopGroup loops(int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory("nearside-netty", true), NioIoHandler.newFactory());
  }

  /** What Redisson runs now and then; without work there is no thread. */
  static ExecutorService executor(int threads) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            Math.max(1, threads),
            Math.max(1, threads),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("nearside-redisson", true));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
