package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.management.MBeanRegistration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of caches and managers. */
class CloseTest {
  private static final int WORKERS = 6;

  @RegisterExtension final TestCaches caches = new TestCaches();

  /** The ways to end a cache. */
  private enum End {
    CACHE((caches, cache) -> cache.close()),
    DESTROY((caches, cache) -> caches.manager().destroyCache(cache.getName())),
    MANAGER((caches, cache) -> cache.getCacheManager().close()),
    PROVIDER((caches, cache) -> caches.provider.close());

    private final BiConsumer<TestCaches, Cache<?, ?>> code;

    End(BiConsumer<TestCaches, Cache<?, ?>> code) {
      this.code = code;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheUserGaveIsClosedOnce(End end) {
    Tracked tracked = new Tracked();
    Cache<Integer, String> cache = caches.manager().createCache("c", tracked.configuration());
    cache.put(1, "a");
    end.code.accept(caches, cache);
    end.code.accept(caches, cache);
    cache.close();
    assertThat(cache.isClosed()).isTrue();
    assertThat(Tracked.counts(tracked.made).values()).containsOnly(1);
    assertThat(Tracked.counts(tracked.closed).values()).containsOnly(1);
  }

  @Test
  void deregisteringClosesListenerAndFilterOnce() {
    Tracked tracked = new Tracked();
    Cache<Integer, String> cache = caches.manager().createCache("c", tracked.configuration());
    cache.deregisterCacheEntryListener(tracked.listening);
    cache.deregisterCacheEntryListener(tracked.listening);
    assertThat(tracked.closed.get(Tracked.Part.LISTENER)).hasValue(1);
    assertThat(tracked.closed.get(Tracked.Part.FILTER)).hasValue(1);
    cache.close();
    assertThat(Tracked.counts(tracked.closed).values()).containsOnly(1);
  }

  @ParameterizedTest
  @EnumSource
  void aClosedCacheRefusesEveryOperation(Operation operation) {
    Cache<Object, Object> cache = caches.cache(TestCaches.big());
    cache.close();
    assertThatThrownBy(() -> operation.run(cache, 1, "v"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cache \"" + cache.getName() + "\" is closed");
  }

  @Test
  void aClosedCacheRefusesWhatTakesNoKey() {
    Cache<Object, Object> cache = caches.cache(TestCaches.big());
    cache.close();
    Runnable[] operations = {
      cache::clear,
      cache::removeAll,
      () -> assertThat(cache.iterator()).isExhausted(),
      () -> cache.registerCacheEntryListener(null),
      () -> cache.deregisterCacheEntryListener(null)
    };
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run).isInstanceOf(IllegalStateException.class);
    }
    assertThatCode(cache::getName).doesNotThrowAnyException();
  }

  @Test
  void aClosedManagerRefusesEverything() {
    CacheManager manager = caches.manager();
    manager.close();
    Runnable[] operations = {
      () -> manager.createCache("c", TestCaches.big().build()),
      () -> manager.getCache("c"),
      () -> manager.getCache("c", Object.class, Object.class),
      () -> manager.destroyCache("c"),
      manager::getCacheNames,
      () -> manager.enableManagement("c", true),
      () -> manager.enableStatistics("c", true)
    };
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run).isInstanceOf(IllegalStateException.class);
    }
    assertThat(caches.manager()).isNotSameAs(manager);
  }

  @ParameterizedTest
  @EnumSource
  void closingUnderLoadEndsOperationsWithIllegalStateOnly(End end) {
    for (int round = 0; round < 10; round++) {
      Tracked tracked = new Tracked();
      Cache<Integer, String> cache = caches.manager().createCache("c", tracked.configuration());
      cache.registerCacheEntryListener(Listeners.counting(new AtomicInteger(), false));
      CountDownLatch working = new CountDownLatch(WORKERS);
      Crew.run(
          WORKERS + 1,
          thread -> {
            if (thread == WORKERS) {
              working.await();
              end.code.accept(caches, cache);
            } else {
              workUntilClosed(cache, thread, working);
            }
          });
      assertThat(cache.isClosed()).isTrue();
      assertThat(Tracked.counts(tracked.closed).values()).containsOnly(1);
    }
  }

  private static void workUntilClosed(
      Cache<Integer, String> cache, int thread, CountDownLatch working) {
    Operation[] operations = Operation.values();
    @SuppressWarnings({"unchecked", "rawtypes"})
    Cache<Object, Object> any = (Cache) cache;
    try {
      for (int i = thread; ; i++) {
        operations[i % operations.length].run(any, i % 100, "v");
        if (i == thread + 20) {
          working.countDown();
        }
      }
    } catch (IllegalStateException e) {
      assertThat(cache.isClosed()).isTrue();
    }
  }

  @Test
  void aClosedManagersThreadsEnd() {
    Set<Thread> before = ours();
    Cache<Integer, String> cache = caches.manager().createCache("c", new Tracked().configuration());
    cache.registerCacheEntryListener(Listeners.counting(new AtomicInteger(), false));
    for (int i = 0; i < 100; i++) {
      cache.put(i, "v");
    }
    cache.loadAll(Set.of(1000), true, null);
    await().until(() -> cache.containsKey(1000));
    assertThat(ours().size()).isGreaterThan(before.size());
    caches.manager().close();
    await().until(() -> before.containsAll(ours()));
  }

  @Test
  void aBeanThatCannotBeUnregisteredLeavesTheRestClosed() throws Exception {
    Tracked tracked = new Tracked();
    Cache<Integer, String> cache = caches.manager().createCache("c", tracked.configuration());
    String manager = cache.getCacheManager().getURI().toString().replaceAll("[:=?]", ".");
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name =
        new ObjectName("javax.cache:type=CacheStatistics,CacheManager=" + manager + ",Cache=c");
    server.unregisterMBean(name);
    server.registerMBean(new Clinging(), name);
    cache.close();
    assertThat(Tracked.counts(tracked.closed).values()).containsOnly(1);
    assertThat(caches.manager().getCacheNames()).isEmpty();
    assertThat(server.queryNames(new ObjectName("javax.cache:*,Cache=c"), null))
        .containsExactly(name);
    Clinging.lettingGo = true;
    server.unregisterMBean(name);
  }

  /** What a bean must be like by JMX's naming rule. */
  public interface ClingingMBean {}

  /** Refuses to leave the MBean server. */
  public static final class Clinging implements ClingingMBean, MBeanRegistration {
    private static volatile boolean lettingGo;

    @Override
    public ObjectName preRegister(MBeanServer server, ObjectName name) {
      return name;
    }

    @Override
    public void postRegister(Boolean done) {}

    @Override
    public void preDeregister() {
      if (!lettingGo) {
        throw new IllegalStateException("clinging");
      }
    }

    @Override
    public void postDeregister() {}
  }

  @Test
  void aClosedCacheShowsNoBean() throws Exception {
    Cache<Integer, String> cache = caches.cache(TestCaches.big());
    CacheLifecycle<?, ?> lifecycle = cache.unwrap(StoreCache.class).lifecycle();
    cache.close();
    lifecycle.enableStatistics(true);
    lifecycle.enableManagement(true);
    ObjectName beans = new ObjectName("javax.cache:*,Cache=" + cache.getName());
    assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(beans, null)).isEmpty();
  }

  private static Set<Thread> ours() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("nearside-"))
        .collect(Collectors.toSet());
  }
}
