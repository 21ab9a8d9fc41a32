package io.nearside.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.LoadContext;
import io.nearside.NearsideCache;
import io.nearside.NearsideLoader;
import io.nearside.config.NearsideConfigurationBuilder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whichever way to load many a loader overrides, itself or behind a proxy: it is the one asked. */
class BulkLoaderTest {
  private static final Duration LIFE = Duration.ofMinutes(7);
  private static final int KEYS = 20;
  private static final Set<Integer> KEYS_ASKED =
      IntStream.range(0, KEYS).boxed().collect(Collectors.toUnmodifiableSet());

  @RegisterExtension final TestCaches caches = new TestCaches();

  /** Overrides neither. */
  private static class OneByOne implements NearsideLoader<Integer, String> {
    final AtomicInteger single = new AtomicInteger();
    final AtomicInteger byKeys = new AtomicInteger();
    final AtomicInteger byContexts = new AtomicInteger();

    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      single.incrementAndGet();
      context.timeToLive(LIFE);
      return "v" + key;
    }

    static Map<Integer, String> values(Iterable<? extends Integer> keys) {
      Map<Integer, String> values = new HashMap<>();
      keys.forEach(key -> values.put(key, "v" + key));
      return values;
    }

    Map<Integer, String> values(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      byContexts.incrementAndGet();
      keys.forEach(key -> contexts.apply(key).timeToLive(LIFE));
      return values(keys);
    }

    static List<Integer> copy(Iterable<? extends Integer> keys) {
      List<Integer> copy = new ArrayList<>();
      keys.forEach(copy::add);
      return copy;
    }
  }

  private static class ByKeys extends OneByOne {
    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      byKeys.incrementAndGet();
      return values(keys);
    }
  }

  private static final class ByContexts extends OneByOne {
    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      return values(keys, contexts);
    }
  }

  private static final class ByBoth extends ByKeys {
    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      return values(keys, contexts);
    }
  }

  /** Looks, and leaves the rest to the default. */
  private static class DefaultByKeys extends OneByOne {
    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      byKeys.incrementAndGet();
      return super.loadAll(keys);
    }
  }

  /** The default gets keys that it does not know. */
  private static final class DefaultByCopiedKeys extends OneByOne {
    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      byKeys.incrementAndGet();
      return super.loadAll(copy(keys));
    }
  }

  private static final class DefaultByContexts extends OneByOne {
    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      byContexts.incrementAndGet();
      return super.loadAll(copy(keys), contexts);
    }
  }

  private static final class DefaultByBoth extends DefaultByKeys {
    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      byContexts.incrementAndGet();
      return super.loadAll(keys, contexts);
    }
  }

  /** Hands all on to another one, knowing only how JSR-107 loads many. */
  private record ByAnother(NearsideLoader<Integer, String> loader)
      implements NearsideLoader<Integer, String> {
    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      return loader.load(key, context);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      return loader.loadAll(keys);
    }
  }

  /** As {@link ByAnother}, knowing only how we load many. */
  private record ByAnotherWithContexts(NearsideLoader<Integer, String> loader)
      implements NearsideLoader<Integer, String> {
    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      return loader.load(key, context);
    }

    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      return loader.loadAll(keys, contexts);
    }
  }

  /** As frameworks make it: of the interface, each call goes to the target. */
  @SuppressWarnings("unchecked")
  private static NearsideLoader<Integer, String> proxied(NearsideLoader<Integer, String> target) {
    return (NearsideLoader<Integer, String>)
        Proxy.newProxyInstance(
            BulkLoaderTest.class.getClassLoader(),
            new Class<?>[] {NearsideLoader.class},
            (proxy, method, arguments) -> invoke(target, method, arguments));
  }

  private static @Nullable Object invoke(Object target, Method method, Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  /** Of the class, all methods overridden. */
  private static final class Subclassed extends ByKeys {
    @Override
    public @Nullable String load(Integer key) {
      return super.load(key);
    }

    @Override
    public @Nullable String load(Integer key, LoadContext context) {
      return super.load(key, context);
    }

    @Override
    public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
      return super.loadAll(keys);
    }

    @Override
    public Map<Integer, String> loadAll(
        Iterable<? extends Integer> keys,
        Function<? super Integer, ? extends LoadContext> contexts) {
      return super.loadAll(keys, contexts);
    }
  }

  /** Calls of a loader: for one key, for many by keys, for many by contexts. */
  private record Calls(int single, int byKeys, int byContexts) {
    static Calls of(OneByOne loader) {
      return new Calls(loader.single.get(), loader.byKeys.get(), loader.byContexts.get());
    }
  }

  /**
   * @param asked by a cache
   * @param tells whether it says how long the values live
   * @param askedForKeys by {@code loadAll(keys)}
   */
  private record Kind(Supplier<OneByOne> maker, Calls asked, boolean tells, Calls askedForKeys) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "neither",
          new Kind(OneByOne::new, new Calls(KEYS, 0, 0), true, new Calls(KEYS, 0, 0)),
          "keys",
          new Kind(ByKeys::new, new Calls(0, 1, 0), false, new Calls(0, 1, 0)),
          "contexts",
          new Kind(ByContexts::new, new Calls(0, 0, 1), true, new Calls(0, 0, 1)),
          "both",
          new Kind(ByBoth::new, new Calls(0, 0, 1), true, new Calls(0, 1, 0)),
          "all, as a subclass",
          new Kind(Subclassed::new, new Calls(0, 1, 0), false, new Calls(0, 1, 0)),
          "keys, then the default",
          new Kind(DefaultByKeys::new, new Calls(KEYS, 1, 0), true, new Calls(KEYS, 1, 0)),
          "keys, then the default with others",
          new Kind(DefaultByCopiedKeys::new, new Calls(KEYS, 1, 0), false, new Calls(KEYS, 1, 0)),
          "contexts, then the default",
          new Kind(DefaultByContexts::new, new Calls(KEYS, 0, 1), true, new Calls(KEYS, 0, 1)),
          "both, then the default",
          new Kind(DefaultByBoth::new, new Calls(KEYS, 1, 1), true, new Calls(KEYS, 1, 1)));

  private static final Map<String, UnaryOperator<NearsideLoader<Integer, String>>> SHELLS =
      Map.of(
          "plain", loader -> loader,
          "proxied", BulkLoaderTest::proxied,
          "handed on by keys", ByAnother::new,
          "handed on with contexts", ByAnotherWithContexts::new,
          "handed on by keys, all proxied", loader -> proxied(new ByAnother(proxied(loader))));

  private static final Set<String> HANDED_ON_BY_KEYS =
      Set.of("handed on by keys", "handed on by keys, all proxied");

  /** Of both ways, handing on by keys chooses one. */
  static Stream<Arguments> loaders() {
    return KINDS.keySet().stream()
        .flatMap(kind ->
            SHELLS.keySet().stream()
                .filter(shell -> !(kind.equals("both") && HANDED_ON_BY_KEYS.contains(shell)))
                .map(shell -> Arguments.of(kind, shell)));
  }

  private static NearsideLoader<Integer, String> in(String shell, OneByOne loader) {
    return SHELLS.get(shell).apply(loader);
  }

  @ParameterizedTest
  @MethodSource("loaders")
  void aCacheAsksForManyByWhatIsOverridden(String name, String shell) {
    Kind kind = KINDS.get(name);
    OneByOne loader = kind.maker.get();
    NearsideCache<Integer, String> cache =
        cache(TestCaches.<Integer, String>big().loader(in(shell, loader)));
    assertThat(cache.getAll(KEYS_ASKED)).isEqualTo(OneByOne.values(KEYS_ASKED));
    assertThat(Calls.of(loader)).isEqualTo(kind.asked);
    assertLives(cache, kind.tells);
  }

  /** How {@code PendingFirst} asks for those that no write waits for. */
  @ParameterizedTest
  @MethodSource("loaders")
  void soDoesOneWithWriteBehind(String name, String shell) {
    Kind kind = KINDS.get(name);
    OneByOne loader = kind.maker.get();
    NearsideCache<Integer, String> cache =
        cache(
            TestCaches.<Integer, String>big()
                .loader(in(shell, loader))
                .writer(new NoSource())
                .writeBehind(queue -> queue.flushInterval(Duration.ofHours(1))));
    cache.remove(KEYS);
    Set<Integer> keys = new HashSet<>(KEYS_ASKED);
    keys.add(KEYS);
    assertThat(cache.getAll(keys)).isEqualTo(OneByOne.values(KEYS_ASKED));
    assertThat(Calls.of(loader)).isEqualTo(kind.asked);
    assertLives(cache, kind.tells);
  }

  @ParameterizedTest
  @MethodSource("loaders")
  void whoeverElseAsksForKeysGetsThemByWhatIsOverridden(String name, String shell) {
    Kind kind = KINDS.get(name);
    OneByOne loader = kind.maker.get();
    assertThat(in(shell, loader).loadAll(KEYS_ASKED)).isEqualTo(OneByOne.values(KEYS_ASKED));
    boolean withContexts = shell.equals("handed on with contexts");
    assertThat(Calls.of(loader)).isEqualTo(withContexts ? kind.asked : kind.askedForKeys);
  }

  private static void assertLives(NearsideCache<Integer, String> cache, boolean told) {
    assertThat(KEYS_ASKED).allMatch(key -> (cache.entry(key).timeToLive() != null) == told);
  }

  @SuppressWarnings("unchecked")
  private NearsideCache<Integer, String> cache(
      NearsideConfigurationBuilder<Integer, String> builder) {
    return caches.cache(builder).unwrap(NearsideCache.class);
  }

  /** What overrides {@code loadAll(keys)} may be used to collections. */
  @Test
  void theKeysAreACollection() {
    List<Iterable<? extends Integer>> asked = new ArrayList<>();
    NearsideLoader<Integer, String> loader =
        new OneByOne() {
          @Override
          public Map<Integer, String> loadAll(Iterable<? extends Integer> keys) {
            asked.add(keys);
            return values(keys);
          }
        };
    Iterable<Integer> three = List.of(1, 2, 3)::iterator;
    loader.loadAll(List.of(1, 2, 3), key -> timeToLive -> {});
    loader.loadAll(three, key -> timeToLive -> {});
    assertThat(asked)
        .hasSize(2)
        .allSatisfy(keys -> {
          assertThat(keys).isInstanceOf(Collection.class).hasToString("[1, 2, 3]");
          assertThat((Collection<?>) keys).hasSize(3);
        });
  }

  private static final class NoSource implements CacheWriter<Integer, String> {
    @Override
    public void write(Cache.Entry<? extends Integer, ? extends String> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {}

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }
}
