package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.nearside.NearsideCache;
import io.nearside.NearsideHealth.Status;
import io.nearside.NearsideManager;
import io.nearside.Operations.Mode;
import io.nearside.Operations.Scope;
import io.nearside.Topology;
import io.nearside.WriteQueue;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.configuration.MutableCacheEntryListenerConfiguration;
import javax.cache.event.CacheEntryCreatedListener;
import javax.cache.event.CacheEntryEvent;
import javax.cache.event.CacheEntryListener;
import javax.cache.event.CacheEntryUpdatedListener;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/**
 * What the log says while all sorts of things go wrong: no key, no value, not a line for each call,
 * and each warning of whom it is about and what to do.
 */
@Tag("any-jdk")
class LogsTest {
  @RegisterExtension static final ProxiedRedis REDIS = new ProxiedRedis();

  private static final String KEY = "Xk7qSecretKey";
  private static final String VALUE = "Zv9wSecretValue";
  private static final int CALLS = 100;
  private static final int PARKED = 20;

  /** Of a cache, a cache manager, or the Redis of a manager. */
  private static final Pattern WHO = Pattern.compile("cache \"|cache manager |rediss?://");

  private static final Pattern NEXT =
      Pattern.compile(
          "see |make |raise |use |choose |give |trying|tried again|nothing needs|switch back"
              + "|replay|report|by itself|upgrade");

  /** All lines of all loggers, with what their exceptions say. */
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  private final Queue<ILoggingEvent> own = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          StringBuilder text = new StringBuilder(event.getLoggerName() + ": ");
          text.append(event.getFormattedMessage());
          for (IThrowableProxy e = event.getThrowableProxy(); e != null; e = e.getCause()) {
            text.append(" <- ").append(e.getClassName()).append(e.getMessage());
          }
          lines.add(text.toString());
          if (event.getLoggerName().startsWith("io.nearside")) {
            own.add(event);
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    root.addAppender(appender);
  }

  @AfterEach
  void leave() {
    root.detachAppender(appender);
  }

  private static CacheManager node() {
    return REDIS
        .bench()
        .node(Map.of("remote.timeout", "300ms", "remote.circuitBreaker.failureThreshold", "5"));
  }

  private static NearsideConfigurationBuilder<String, String> plain(Topology topology) {
    return NearsideConfiguration.builder(String.class, String.class)
        .topology(topology)
        .statistics(true);
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> cache(
      CacheManager node, String name, NearsideConfigurationBuilder<String, String> configuration) {
    return node.createCache(name, configuration.build()).unwrap(NearsideCache.class);
  }

  private static void trying(Runnable operation) {
    try {
      operation.run();
    } catch (CacheException e) {
      // its caller has been told
    }
  }

  private static void use(NearsideCache<String, String> cache) {
    for (int i = 0; i < CALLS; i++) {
      String key = KEY + i;
      String value = VALUE + i;
      trying(() -> cache.get(key));
      trying(() -> cache.put(key, value));
      trying(() -> cache.putIfAbsent(key, value));
      trying(() -> cache.replace(key, value, value + "!"));
      trying(() -> cache.<Boolean>invoke(key, (entry, arguments) -> entry.exists()));
      trying(() -> cache.getAll(Set.of(key, KEY)));
      trying(() -> cache.putAll(Map.of(key, value)));
    }
  }

  private static Status status(Cache<?, ?> cache) {
    return cache.getCacheManager().unwrap(NearsideManager.class).health().status();
  }

  private void judge(int most) {
    assertThat(lines).noneMatch(line -> line.contains(KEY) || line.contains(VALUE));
    List<String> warnings =
        own.stream()
            .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertThat(warnings).isNotEmpty();
    assertThat(warnings).allSatisfy(line -> assertThat(line).containsPattern(WHO));
    assertThat(warnings).allSatisfy(line -> assertThat(line).containsPattern(NEXT));
    assertThat(own).hasSizeLessThan(most);
  }

  private String all() {
    return String.join("\n", lines);
  }

  @Test
  void ofRedis() throws Exception {
    NearsideCache<String, String> cache =
        cache(node(), "secrets", plain(Topology.TWO_TIER).timeToLive(Duration.ofHours(1)));
    await().untilAsserted(() -> cache.put(KEY, VALUE));
    use(cache);
    for (String key : REDIS.server().keys("*" + KEY + "*")) {
      REDIS.server().call("SET", key, "not what was written");
    }
    cache.operations().mode(Mode.REMOTE_ONLY, Scope.NODE, "Ada"); // reads what Redis has
    use(cache);
    cache.operations().mode(null, Scope.NODE, "Ada");
    REDIS.proxy().cut();
    use(cache);
    await().until(() -> all().contains("REMOTE_UNAVAILABLE") || all().contains("no calls for"));
    REDIS.proxy().heal();
    await().atMost(Duration.ofSeconds(30)).until(() -> status(cache) == Status.UP);
    cache.operations().mode(Mode.READ_ONLY, Scope.NODE, "Ada");
    use(cache);
    cache.operations().mode(Mode.BYPASS, Scope.NODE, "Ada");
    use(cache);
    cache.operations().mode(null, Scope.NODE, "Ada");
    assertThat(all()).contains("a key holds what Nearside did not write");
    judge(60); // of 3500 operations
  }

  @Test
  void ofLoadersWritersListenersAndPolicies() throws Exception {
    CacheManager node = node();
    Source source = new Source();
    NearsideCache<String, String> due =
        cache(
            node,
            "due",
            plain(Topology.LOCAL)
                .loader(source)
                .readThrough(true)
                .timeToLive(Duration.ofHours(1))
                .softTimeToLive(Duration.ofMillis(1))
                .throttle(Duration.ofMillis(1)));
    NearsideCache<String, String> stale =
        cache(
            node,
            "stale",
            plain(Topology.LOCAL)
                .loader(source)
                .readThrough(true)
                .timeToLive(Duration.ofMillis(1))
                .staleIfError(Duration.ofHours(1))
                .throttle(Duration.ofMillis(1)));
    Map<String, String> content = new HashMap<>();
    for (int i = 0; i < CALLS; i++) {
      content.put(KEY + i, VALUE);
    }
    assertThat(due.getAll(content.keySet())).isEqualTo(content);
    assertThat(stale.getAll(content.keySet())).isEqualTo(content);
    source.fails = true;
    for (String key : content.keySet()) {
      trying(() -> due.get(key));
      await().pollDelay(Duration.ZERO).until(() -> VALUE.equals(stale.get(key)));
      due.loadAll(Set.of(key), true, null);
    }
    await().until(() -> all().contains("before it expires"));

    NearsideCache<String, String> heard =
        cache(node, "heard", plain(Topology.LOCAL).expiryPolicy(Policy::new));
    Listener listener = new Listener();
    for (boolean synchronous : List.of(true, false)) {
      heard.registerCacheEntryListener(
          new MutableCacheEntryListenerConfiguration<>(
              new FactoryBuilder.SingletonFactory<CacheEntryListener<String, String>>(listener),
              null,
              true,
              synchronous));
    }
    use(heard);

    for (Topology topology : List.of(Topology.LOCAL, Topology.REMOTE)) {
      NearsideCache<String, String> queued =
          cache(
              node,
              "queued-" + topology,
              plain(topology)
                  .eternal()
                  .writer(source)
                  .writeThrough(true)
                  .writeBehind(queue ->
                      queue.flushInterval(Duration.ofMillis(1)).batchSize(5).maxAttempts(1)));
      WriteQueue<String, String> queue = Objects.requireNonNull(queued.writeQueue());
      for (int i = 0; i < PARKED; i++) {
        String key = KEY + i;
        await().ignoreExceptions().untilAsserted(() -> queued.put(key, VALUE));
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> queue.parked().size() == PARKED);
      assertThat(queue.parked().get(0).failure()).contains(KEY); // there the writer's words are
    }
    node.close();
    for (String cache : List.of("due", "stale", "heard", "queued-LOCAL", "queued-REMOTE")) {
      assertThat(all()).contains("cache \"" + cache + "\"");
    }
    judge(100); // of over a thousand failures
  }

  private static RuntimeException failure(Object key) {
    return new IllegalStateException(
        "no " + key + " " + VALUE, new IllegalArgumentException(key + "=" + VALUE));
  }

  /** Loads and writes until it fails, and then says of which key and value. */
  private static final class Source
      implements CacheLoader<String, String>, CacheWriter<String, String>, Closeable {
    volatile boolean fails;

    @Override
    public String load(String key) {
      if (fails) {
        throw failure(key);
      }
      return VALUE;
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      Map<String, String> all = new HashMap<>();
      keys.forEach(key -> all.put(key, load(key)));
      return all;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      throw failure(entry.getKey());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      throw failure(new ArrayList<>(entries).get(0).getKey());
    }

    @Override
    public void delete(Object key) {
      throw failure(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      throw failure(keys);
    }

    @Override
    public void close() {
      throw failure(KEY);
    }
  }

  /** Fails at each event. */
  private static final class Listener
      implements CacheEntryCreatedListener<String, String>,
          CacheEntryUpdatedListener<String, String> {
    @Override
    public void onCreated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      throw failure(events.iterator().next().getKey());
    }

    @Override
    public void onUpdated(Iterable<CacheEntryEvent<? extends String, ? extends String>> events) {
      throw failure(events.iterator().next().getKey());
    }
  }

  /** Fails at each question. */
  private static final class Policy implements ExpiryPolicy {
    @Override
    public javax.cache.expiry.Duration getExpiryForCreation() {
      throw failure(KEY);
    }

    @Override
    public javax.cache.expiry.Duration getExpiryForAccess() {
      return new javax.cache.expiry.Duration(TimeUnit.HOURS, 1);
    }

    @Override
    public javax.cache.expiry.Duration getExpiryForUpdate() {
      throw failure(KEY);
    }
  }
}
