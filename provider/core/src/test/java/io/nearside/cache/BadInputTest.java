package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nearside.EntryOptions;
import io.nearside.NearsideCache;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.event.CacheEntryListenerException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes get the exception that JSR-107 names, with the cache in its message, and do no harm. */
class BadInputTest {
  @RegisterExtension final TestCaches caches = new TestCaches();

  static Stream<Operation> withValue() {
    return Stream.of(Operation.values()).filter(Operation::takesValue);
  }

  @ParameterizedTest
  @EnumSource
  void aNullKeyIsRefused(Operation operation) {
    Cache<Object, Object> cache = cacheWithEntry();
    assertThatThrownBy(() -> operation.run(cache, null, "v"))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("key is null");
    assertUntouched(cache);
  }

  @ParameterizedTest
  @MethodSource("withValue")
  void aNullValueIsRefused(Operation operation) {
    Cache<Object, Object> cache = cacheWithEntry();
    assertThatThrownBy(() -> operation.run(cache, "k", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("value is null");
    assertUntouched(cache);
  }

  @Test
  void nullsInPlaceOfCollectionsAndCodeAreRefused() {
    Cache<Object, Object> cache = cacheWithEntry();
    NearsideCache<Object, Object> ours = cache.unwrap(NearsideCache.class);
    List<Runnable> operations =
        List.of(
            () -> cache.getAll(null),
            () -> cache.putAll(null),
            () -> cache.removeAll(null),
            () -> cache.loadAll(null, true, null),
            () -> cache.invoke("k", null),
            () -> cache.invokeAll(null, Operation.nothing()),
            () -> cache.invokeAll(Set.of("k"), null),
            () -> cache.registerCacheEntryListener(null),
            () -> cache.deregisterCacheEntryListener(null),
            () -> ours.put("k", "v", null));
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run).isInstanceOf(NullPointerException.class);
    }
    assertUntouched(cache);
  }

  @Test
  void anEntrysTimeToLiveMustBePositive() {
    for (java.time.Duration wrong :
        List.of(java.time.Duration.ZERO, java.time.Duration.ofNanos(-1))) {
      assertThatThrownBy(() -> EntryOptions.timeToLive(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was " + wrong);
    }
  }

  @Test
  void aManagerRefusesNulls() {
    CacheManager manager = caches.manager();
    List<Runnable> operations =
        List.of(
            () -> manager.createCache(null, new MutableConfiguration<>()),
            () -> manager.createCache("c", null),
            () -> manager.getCache(null),
            () -> manager.getCache(null, Object.class, Object.class),
            () -> manager.getCache("c", null, Object.class),
            () -> manager.getCache("c", Object.class, null),
            () -> manager.destroyCache(null),
            () -> manager.enableManagement(null, true),
            () -> manager.enableStatistics(null, true));
    for (Runnable operation : operations) {
      assertThatThrownBy(operation::run).isInstanceOf(NullPointerException.class);
    }
    assertThat(manager.getCacheNames()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aKeyOfAnotherTypeIsRefused(Operation operation) {
    Cache<Object, Object> cache = typedCache();
    Throwable thrown = catchThrowable(() -> operation.run(cache, 1L, "v"));
    assertThat(thrown)
        .isInstanceOf(ClassCastException.class)
        .hasMessage("cache \"typed\": the key must be a java.lang.Integer, was a java.lang.Long");
    assertThat(cache.iterator()).isExhausted();
  }

  @ParameterizedTest
  @MethodSource("withValue")
  void aValueOfAnotherTypeIsRefused(Operation operation) {
    Cache<Object, Object> cache = typedCache();
    cache.put(1, "old");
    assertThatThrownBy(() -> operation.run(cache, 1, 2L))
        .isInstanceOf(ClassCastException.class)
        .hasMessage("cache \"typed\": the value must be a java.lang.String, was a java.lang.Long");
    assertThat(cache.get(1)).isEqualTo("old");
  }

  @Test
  void aProcessorsValueOfAnotherTypeIsRefused() {
    Cache<Object, Object> cache = typedCache();
    assertThatThrownBy(() ->
            cache.invoke(
                1,
                (entry, none) -> {
                  entry.setValue(2L);
                  return null;
                }))
        .isInstanceOf(CacheException.class)
        .hasStackTraceContaining("the value must be a java.lang.String, was a java.lang.Long");
    assertThat(cache.containsKey(1)).isFalse();
  }

  @Test
  void anotherTypeThanConfiguredIsRefused() {
    typedCache();
    assertThatThrownBy(() -> caches.manager().getCache("typed", Long.class, String.class))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContaining("cache \"typed\"")
        .hasMessageContaining("java.lang.Integer")
        .hasMessageContaining("java.lang.Long");
  }

  @Test
  void aNameIsTakenOnce() {
    Cache<Object, Object> first = cacheWithEntry();
    assertThatThrownBy(
            () -> caches.manager().createCache(first.getName(), new MutableConfiguration<>()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"" + first.getName() + "\" exists");
    assertUntouched(first);
    assertThat(caches.manager().<Object, Object>getCache(first.getName())).isSameAs(first);
  }

  @ParameterizedTest
  @EnumSource
  void aFactoryThatThrowsLeavesNothing(Tracked.Part part) {
    IllegalThreadStateException thrown = new IllegalThreadStateException("no " + part);
    Tracked tracked =
        new Tracked(
            part,
            product -> {
              throw thrown;
            });
    assertThatThrownBy(() -> caches.manager().createCache("c", tracked.configuration()))
        .isSameAs(thrown);
    assertNothingLeft(tracked);
  }

  @ParameterizedTest
  @EnumSource
  void aFactoryThatReturnsNullLeavesNothing(Tracked.Part part) {
    Tracked tracked = new Tracked(part, product -> null);
    assertThatThrownBy(() -> caches.manager().createCache("c", tracked.configuration()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cache \"c\"")
        .hasMessageContaining("factory")
        .hasMessageContaining("null");
    assertNothingLeft(tracked);
  }

  private void assertNothingLeft(Tracked tracked) {
    assertThat(Tracked.counts(tracked.closed)).isEqualTo(Tracked.counts(tracked.made));
    CacheManager manager = caches.manager();
    assertThat(manager.<Object, Object>getCache("c")).isNull();
    assertThat(manager.getCacheNames()).isEmpty();
    assertThat(beans(manager)).isEmpty();
    Cache<Integer, String> again = manager.createCache("c", new Tracked().configuration());
    again.put(1, "a");
    assertThat(again.get(1)).isEqualTo("a");
    assertThat(beans(manager)).hasSize(2);
  }

  /** Those of caches; the manager has one of its own. */
  private static Set<ObjectName> beans(CacheManager manager) {
    try {
      ObjectName pattern = new ObjectName("javax.cache:Cache=*,*");
      String uri = manager.getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".");
      return ManagementFactory.getPlatformMBeanServer().queryNames(pattern, null).stream()
          .filter(name -> uri.equals(name.getKeyProperty("CacheManager")))
          .collect(java.util.stream.Collectors.toSet());
    } catch (javax.management.MalformedObjectNameException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aListenerRegisteredLaterThatCannotBeMadeLeavesNothing() {
    Cache<Integer, String> cache = caches.manager().createCache("c", new Tracked().configuration());
    Tracked tracked = new Tracked(Tracked.Part.FILTER, product -> null);
    assertThatThrownBy(() -> cache.registerCacheEntryListener(tracked.listening))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Tracked.counts(tracked.closed)).isEqualTo(Tracked.counts(tracked.made));
    Tracked second = new Tracked();
    cache.registerCacheEntryListener(second.listening);
    assertThatThrownBy(() -> cache.registerCacheEntryListener(second.listening))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cache \"c\"");
    assertThat(second.made.get(Tracked.Part.LISTENER)).hasValue(1);
  }

  /** Holds something that has neither fields that can be copied nor a serial form. */
  static final class Holder {
    final Thread thread = Thread.currentThread();
  }

  @Test
  void aValueThatCannotBeCopiedIsRefusedWithItsPath() {
    Cache<Object, Object> cache = cacheWithEntry();
    assertThatThrownBy(() -> cache.put("k", new Holder()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("cache \"" + cache.getName() + "\"")
        .hasMessageContaining(Holder.class.getName())
        .hasMessageContaining("thread");
    assertUntouched(cache);
  }

  @Test
  void aListenersExceptionIsNoHalfDoneChange() {
    Cache<Object, Object> cache = cacheWithEntry();
    cache.registerCacheEntryListener(
        Listeners.of(
            event -> {
              throw new IllegalThreadStateException("no");
            },
            true));
    assertThatThrownBy(() -> cache.put("k", "new")).isInstanceOf(CacheEntryListenerException.class);
    assertThat(cache.get("k")).isEqualTo("new");
  }

  private Cache<Object, Object> cacheWithEntry() {
    Cache<Object, Object> cache = caches.cache(TestCaches.big());
    cache.put("k", "old");
    return cache;
  }

  private static void assertUntouched(Cache<Object, Object> cache) {
    assertThat(cache.get("k")).isEqualTo("old");
    assertThat(cache).hasSize(1);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private Cache<Object, Object> typedCache() {
    return (Cache)
        caches
            .manager()
            .createCache(
                "typed",
                new MutableConfiguration<Integer, String>().setTypes(Integer.class, String.class));
  }
}
