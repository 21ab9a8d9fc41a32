package io.nearside.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.nearside.EntryView;
import io.nearside.EntryView.Tier;
import io.nearside.NearsideCache;
import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import io.nearside.NearsideManager;
import io.nearside.Operations.Mode;
import io.nearside.Operations.Order;
import io.nearside.Operations.Scope;
import io.nearside.Topology;
import io.nearside.config.NearsideConfiguration;
import io.nearside.config.NearsideConfigurationBuilder;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.configuration.FactoryBuilder;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What operators can switch while caches run, on one node and on all. */
@Tag("any-jdk")
class OperationsTest {
  @RegisterExtension static final ProxiedRedis REDIS = new ProxiedRedis();

  @BeforeEach
  void start() {
    Source.DATA.clear();
    Source.LOADS.set(0);
  }

  private static NearsideConfigurationBuilder<String, String> plain(Topology topology) {
    return NearsideConfiguration.builder(String.class, String.class)
        .topology(topology)
        .timeToLive(Duration.ofHours(1));
  }

  @SuppressWarnings("unchecked")
  private static NearsideCache<String, String> cache(
      CacheManager node, NearsideConfigurationBuilder<String, String> configuration) {
    return node.createCache("switched", configuration.build()).unwrap(NearsideCache.class);
  }

  private static NearsideConfigurationBuilder<String, String> sourced(Topology topology) {
    return plain(topology)
        .loader(FactoryBuilder.factoryOf(new Source()))
        .readThrough(true)
        .writer(FactoryBuilder.factoryOf(new Source()))
        .writeThrough(true);
  }

  private static NearsideManager manager(Cache<?, ?> cache) {
    return cache.getCacheManager().unwrap(NearsideManager.class);
  }

  private static Tier tier(NearsideCache<String, String> cache, String key) {
    EntryView<String> view = cache.entry(key);
    return (view == null) ? Tier.REMOTE : view.tier();
  }

  private static void awaitCopy(NearsideCache<String, String> cache, String key) {
    await()
        .until(() -> {
          cache.get(key);
          return tier(cache, key) == Tier.LOCAL;
        });
  }

  private static void refused(ThrowingCallable operation, Mode mode) {
    assertThatExceptionOfType(CacheException.class)
        .isThrownBy(operation)
        .withStackTraceContaining("cache \"switched\"")
        .withStackTraceContaining(mode.name())
        .withStackTraceContaining("by Ada")
        .withStackTraceContaining("operations()");
  }

  @Test
  void aNodeThatBypassesItsTiersLeavesNothingOldToOthers() {
    NearsideCache<String, String> one = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    NearsideCache<String, String> two = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    one.putAll(Map.of("a", "1", "b", "1", "c", "1", "d", "1"));
    awaitCopy(one, "a");
    awaitCopy(two, "a");
    one.operations().mode(Mode.BYPASS, Scope.NODE, "Ada");
    assertThat(one.operations().mode()).isEqualTo(Mode.BYPASS);
    assertThat(two.operations().mode()).isEqualTo(Mode.NORMAL);
    assertThat(one.get("a")).isNull();
    assertThat(one.getAll(Set.of("a", "b"))).isEmpty();
    assertThat(one.containsKey("a")).isFalse();
    assertThat(one.iterator().hasNext()).isFalse();
    one.put("a", "2");
    one.putAll(Map.of("b", "2"));
    one.remove("c");
    await().until(() -> two.get("a") == null); // the copy's end is announced
    assertThat(two.getAll(Set.of("a", "b", "c", "d"))).isEqualTo(Map.of("d", "1"));
    for (ThrowingCallable compound :
        List.<ThrowingCallable>of(
            () -> one.putIfAbsent("a", "3"),
            () -> one.getAndPut("a", "3"),
            () -> one.replace("a", "3"),
            () -> one.replace("a", "1", "3"),
            () -> one.getAndReplace("a", "3"),
            () -> one.remove("a", "1"),
            () -> one.getAndRemove("a"),
            () -> one.invoke("a", (entry, arguments) -> entry.exists()),
            one::removeAll)) {
      refused(compound, Mode.BYPASS);
    }
    one.operations().mode(null, Scope.NODE, "Ada");
    assertThat(one.getAll(Set.of("a", "b", "c", "d"))).isEqualTo(Map.of("d", "1"));
    one.put("a", "4");
    assertThat(two.get("a")).isEqualTo("4");
  }

  @Test
  void whatIsChangedInBypassWhileRedisIsAwayIsRemovedLater() throws Exception {
    NearsideCache<String, String> one =
        cache(REDIS.bench().node(Map.of("remote.timeout", "300ms")), plain(Topology.REMOTE));
    NearsideCache<String, String> two =
        cache(
            REDIS.bench().node(Map.of("remote.address", REDIS.server().address())),
            plain(Topology.REMOTE));
    await()
        .untilAsserted(() -> {
          one.put("k", "old");
          assertThat(two.get("k")).isEqualTo("old");
        });
    one.operations().mode(Mode.BYPASS, Scope.NODE, "Ada");
    REDIS.proxy().cut();
    one.put("k", "new");
    assertThat(one.health().problems())
        .extracting(Problem::kind)
        .contains(Kind.SWITCHED, Kind.RECOVERY_PENDING);
    REDIS.proxy().heal();
    await().until(() -> two.get("k") == null);
  }

  @Test
  void sourcesAreServedInBypass() {
    for (Topology topology : List.of(Topology.LOCAL, Topology.TWO_TIER)) {
      NearsideCache<String, String> cache = cache(REDIS.bench().node(), sourced(topology));
      cache.put("k", "1");
      assertThat(cache.get("k")).isEqualTo("1");
      int before = Source.LOADS.get();
      cache.operations().mode(Mode.BYPASS, Scope.NODE, "Ada");
      assertThat(cache.get("k")).isEqualTo("1");
      assertThat(cache.getAll(Set.of("k"))).isEqualTo(Map.of("k", "1"));
      assertThat(Source.LOADS.get() - before).isEqualTo(2);
      cache.put("k", "2");
      assertThat(Source.DATA).containsEntry("k", "2");
      cache.putAll(Map.of("k", "3", "l", "3"));
      assertThat(Source.DATA).isEqualTo(Map.of("k", "3", "l", "3"));
      cache.remove("l");
      assertThat(Source.DATA).isEqualTo(Map.of("k", "3"));
      cache.operations().mode(Mode.NORMAL, Scope.NODE, "Ada");
      assertThat(cache.getAll(Set.of("k", "l"))).isEqualTo(Map.of("k", "3"));
      cache.close();
      Source.DATA.clear();
    }
  }

  @Test
  void writesBehindAreQueuedInBypass() {
    NearsideCache<String, String> cache =
        cache(
            REDIS.bench().node(),
            sourced(Topology.REMOTE)
                .sliding(Duration.ofMinutes(30)) // so that a put must look at what is there
                .writeBehind(queue -> queue.flushInterval(Duration.ofMillis(300))));
    await().ignoreExceptions().until(() -> cache.get("k") == null); // connected
    await().ignoreExceptions().untilAsserted(() -> cache.put("k", "0"));
    cache.operations().mode(Mode.BYPASS, Scope.NODE, "Ada");
    cache.put("k", "1");
    assertThat(cache.get("k")).isEqualTo("1"); // of what waits
    await().untilAsserted(() -> assertThat(Source.DATA).isEqualTo(Map.of("k", "1")));
  }

  @Test
  void remoteOnlyDoesWithoutCopiesAndComesBackWithNewOnes() {
    NearsideCache<String, String> one = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    NearsideCache<String, String> two = cache(REDIS.bench().node(), plain(Topology.TWO_TIER));
    one.put("k", "0");
    awaitCopy(one, "k");
    for (int i = 1; i < 20; i++) {
      one.operations().mode(Mode.REMOTE_ONLY, Scope.NODE, "Ada");
      assertThat(tier(one, "k")).isEqualTo(Tier.REMOTE);
      two.put("k", "x" + i);
      assertThat(one.get("k")).isEqualTo("x" + i); // no copy, so at once
      one.put("k", "y" + i);
      assertThat(tier(one, "k")).isEqualTo(Tier.REMOTE);
      one.operations().mode(Mode.NORMAL, Scope.NODE, "Ada");
      assertThat(one.get("k")).isEqualTo("y" + i);
    }
    awaitCopy(one, "k");
  }

  @Test
  void readOnlyRefusesChangesAndNamesTheRemedy() {
    NearsideCache<String, String> cache = cache(REDIS.bench().node(), sourced(Topology.TWO_TIER));
    cache.put("k", "1");
    Source.DATA.put("l", "1");
    cache.operations().mode(Mode.READ_ONLY, Scope.NODE, "Ada");
    for (ThrowingCallable change :
        List.<ThrowingCallable>of(
            () -> cache.put("k", "2"),
            () -> cache.putAll(Map.of("k", "2")),
            () -> cache.putIfAbsent("m", "2"),
            () -> cache.getAndPut("k", "2"),
            () -> cache.replace("k", "2"),
            () -> cache.replace("k", "1", "2"),
            () -> cache.getAndReplace("k", "2"),
            () -> cache.remove("k"),
            () -> cache.remove("k", "1"),
            () -> cache.getAndRemove("k"),
            () -> cache.removeAll(Set.of("k")),
            cache::removeAll,
            cache::clear,
            () ->
                cache.invoke(
                    "k",
                    (entry, arguments) -> {
                      entry.setValue("2");
                      return null;
                    }))) {
      refused(change, Mode.READ_ONLY);
    }
    assertThat(Source.DATA).isEqualTo(Map.of("k", "1", "l", "1"));
    assertThat(cache.getAll(Set.of("k", "l"))).isEqualTo(Map.of("k", "1", "l", "1"));
    assertThat(cache.<Boolean>invoke("k", (entry, arguments) -> entry.exists())).isTrue();
    assertThat(cache.health().problems()).extracting(Problem::kind).containsExactly(Kind.SWITCHED);
  }

  @Test
  void anOrderForAllNodesReachesThemAndThoseThatStartLater() throws Exception {
    NearsideCache<String, String> one = cache(REDIS.bench().node(), plain(Topology.REMOTE));
    NearsideCache<String, String> two = cache(REDIS.bench().node(), plain(Topology.REMOTE));
    await().untilAsserted(() -> manager(one).operations().mode(Mode.BYPASS, Scope.CLUSTER, "Ada"));
    assertThat(one.operations().mode()).isEqualTo(Mode.BYPASS);
    await().until(() -> two.operations().mode() == Mode.BYPASS);
    one.operations().mode(Mode.READ_ONLY, Scope.CLUSTER, "Bob"); // closer than that for all caches
    await().until(() -> two.operations().mode() == Mode.READ_ONLY);
    NearsideCache<String, String> late = cache(REDIS.bench().node(), plain(Topology.REMOTE));
    await().until(() -> late.operations().mode() == Mode.READ_ONLY);
    late.operations().mode(Mode.NORMAL, Scope.NODE, "Eve"); // closer than that for all nodes
    assertThat(late.operations().mode()).isEqualTo(Mode.NORMAL);
    Order order = late.operations().history().get(0);
    assertThat(late.operations().history())
        .extracting(Order::by, Order::value)
        .contains(tuple("Ada", "BYPASS"), tuple("Bob", "READ_ONLY"), tuple("Eve", "NORMAL"));
    assertThat(order.scope()).isEqualTo(Scope.CLUSTER);
    REDIS.server().call("FLUSHALL");
    await().until(() -> two.operations().mode() == Mode.NORMAL);
    assertThat(REDIS.bench().logged())
        .contains("mode of cache \"switched\" is READ_ONLY for all nodes, as ordered by Bob")
        .contains("mode of all caches is no longer ordered for all nodes");
  }

  @Test
  void orderThatCantBeFollowedIsRefused() {
    NearsideCache<String, String> local = cache(REDIS.bench().node(), plain(Topology.LOCAL));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local.operations().mode(Mode.REMOTE_ONLY, Scope.NODE, "Ada"))
        .withMessageContaining("cache \"switched\": mode can't be REMOTE_ONLY")
        .withMessageContaining("BYPASS");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> local.operations().mode(Mode.BYPASS, Scope.NODE, " "))
        .withMessageContaining("who");
    manager(local).operations().mode(Mode.REMOTE_ONLY, Scope.NODE, "Ada");
    assertThat(local.operations().mode()).isEqualTo(Mode.NORMAL); // it has no other tier
  }

  @Test
  void operatorsSwitchByTheManagersBean() throws Exception {
    NearsideCache<String, String> cache = cache(REDIS.bench().node(), plain(Topology.LOCAL));
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    String uri = manager(cache).getURI().toString().replaceAll("[,:=\n*?\"\\\\]", ".");
    ObjectName name = new ObjectName("io.nearside:type=NearsideManager,CacheManager=" + uri);
    String[] types = {"java.lang.String", "java.lang.String", "boolean", "java.lang.String"};
    beans.invoke(name, "switchTo", new Object[] {"switched", "read_only", false, "Ada"}, types);
    refused(() -> cache.put("k", "v"), Mode.READ_ONLY);
    assertThat(beans.getAttribute(name, "Modes").toString()).contains("READ_ONLY");
    assertThat((String[]) beans.getAttribute(name, "Orders"))
        .singleElement()
        .asString()
        .contains("by=Ada");
    beans.invoke(name, "switchTo", new Object[] {"switched", "", false, "Ada"}, types);
    cache.put("k", "v");
    assertThat(Objects.requireNonNull(cache.get("k"))).isEqualTo("v");
  }

  /** A map that is read and written. */
  static final class Source
      implements CacheLoader<String, String>, CacheWriter<String, String>, java.io.Serializable {
    static final Map<String, String> DATA = new ConcurrentHashMap<>();
    static final AtomicInteger LOADS = new AtomicInteger();
    private static final long serialVersionUID = 1L;

    @Override
    public String load(String key) {
      LOADS.incrementAndGet();
      return DATA.get(key);
    }

    @Override
    public Map<String, String> loadAll(Iterable<? extends String> keys) {
      LOADS.incrementAndGet();
      Map<String, String> all = new ConcurrentHashMap<>();
      keys.forEach(key -> {
        if (DATA.containsKey(key)) {
          all.put(key, DATA.get(key));
        }
      });
      return all;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends String> entry) {
      DATA.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends String>> entries) {
      entries.forEach(this::write);
      entries.clear();
    }

    @Override
    public void delete(Object key) {
      DATA.remove(key);
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.forEach(this::delete);
      keys.clear();
    }
  }
}
