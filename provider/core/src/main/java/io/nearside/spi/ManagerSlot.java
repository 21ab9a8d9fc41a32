package io.nearside.spi;

import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/**
 * The place of one manager of a provider. The first who asks opens the manager, the others wait for
 * it. Only who is making a cache must not wait, since the opener may want what that thread holds:
 * it opens a manager too, and of the two the one that is ready first stays. Thread-safe.
 */
final class ManagerSlot {
  private final URI uri;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final Set<Thread> openers = ConcurrentHashMap.newKeySet();

  /** Null when the opening failed. */
  private final CompletableFuture<@Nullable NearsideCacheManager> opened =
      new CompletableFuture<>();

  ManagerSlot(URI uri) {
    this.uri = uri;
  }

  /**
   * The manager, opened if need be.
   *
   * @return null if it has closed, or somebody else's opening failed: another slot is to be taken
   */
  @Nullable NearsideCacheManager get(Supplier<NearsideCacheManager> open) {
    if (opened.isDone()) {
      return usable();
    }
    if (openers.contains(Thread.currentThread())) {
      throw new CacheException(
          "cache manager "
              + uri
              + ": a factory of a cache that it declares asked for it while it was being opened;"
              + " ask for it when it is used, not when it is made");
    }
    boolean first = claimed.compareAndSet(false, true);
    if (first || NearsideCacheManager.isMakingHere()) {
      return opened(open, first);
    }
    opened.join();
    return usable();
  }

  private @Nullable NearsideCacheManager opened(
      Supplier<NearsideCacheManager> open, boolean first) {
    NearsideCacheManager mine;
    openers.add(Thread.currentThread());
    try {
      mine = open.get();
    } catch (RuntimeException | Error e) {
      if (first) {
        opened.complete(null);
      }
      throw e;
    } finally {
      openers.remove(Thread.currentThread());
    }
    if (!opened.complete(mine)) {
      mine.close();
    }
    return usable();
  }

  /** To be called when the opening is over. */
  private @Nullable NearsideCacheManager usable() {
    NearsideCacheManager manager = present();
    return (manager == null || manager.isClosed()) ? null : manager;
  }

  /** The manager, open or closed; null while there is none. */
  @Nullable NearsideCacheManager present() {
    return opened.getNow(null);
  }

  /** Whether no manager will come. */
  boolean hasFailed() {
    return opened.isDone() && present() == null;
  }
}
