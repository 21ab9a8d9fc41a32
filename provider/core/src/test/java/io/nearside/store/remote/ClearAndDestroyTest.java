package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.RecordingObserver;
import io.nearside.store.StoredEntry;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many entries at once, and neighbours that must stay. */
@Tag("any-jdk")
class ClearAndDestroyTest {
  private static final int ENTRIES = 100_000;
  private static final Clock CLOCK = Clock.system();

  private static LocalRedis redis;
  private static RemoteBed node;

  @BeforeAll
  static void start() {
    redis = LocalRedis.down();
    redis.start();
    node = RemoteBed.connected(redis);
  }

  @AfterAll
  static void stop() {
    node.close();
    redis.close();
  }

  private static RemoteStore<Integer, String> store(RemoteBed.Options options) {
    return node.store(
        options,
        Integer.class,
        String.class,
        new RecordingObserver<Integer, String>().wantsChanges(false));
  }

  private static void fill(RemoteStore<Integer, String> store, int entries) {
    Map<Integer, Change<String>> changes = new HashMap<>();
    for (int key = 0; key < entries; key++) {
      changes.put(key, Change.put("v" + key, Lives.FOR_EVER));
    }
    assertThat(store.applyAll(changes, 0).failed()).isEmpty();
  }

  private static int size() {
    String reply = redis.ask("DBSIZE");
    return Integer.parseInt(reply.substring(1, reply.indexOf('\r')));
  }

  private static int count(RemoteStore<Integer, String> store) {
    BitSet seen = new BitSet();
    store
        .iterator()
        .forEachRemaining(entry -> {
          assertThat(seen.get(entry.getKey())).as("shown twice").isFalse();
          assertThat(entry.getValue().value()).isEqualTo("v" + entry.getKey());
          seen.set(entry.getKey());
        });
    return seen.cardinality();
  }

  @Test
  void aWalkShowsEveryEntryOnce() {
    RemoteStore<Integer, String> store = store(RemoteBed.Options.of(RemoteBed.cacheName()));
    fill(store, ENTRIES);
    assertThat(count(store)).isEqualTo(ENTRIES);
    store.destroy();
  }

  @Test
  void whatWasClearedIsGoneAtOnceAndItsMemorySoon() {
    RemoteStore<Integer, String> store = store(RemoteBed.Options.of(RemoteBed.cacheName()));
    int before = size();
    fill(store, 20_000);
    store.clear();
    assertThat(store.iterator().hasNext()).isFalse();
    assertThat(store.read(1, CLOCK.nanos())).isNotInstanceOf(StoredEntry.class);
    fill(store, 10);
    await().atMost(Duration.ofSeconds(60)).until(() -> size() <= before + 10 + 256);
    assertThat(count(store)).isEqualTo(10);
    store.destroy();
    assertThat(size()).isEqualTo(before);
  }

  @Test
  void destroyRemovesTheCacheAndNothingElse() {
    String name = RemoteBed.cacheName();
    RemoteStore<Integer, String> store = store(RemoteBed.Options.of(name));
    RemoteStore<Integer, String> longer = store(RemoteBed.Options.of(name + "1"));
    RemoteStore<Integer, String> shorter =
        store(RemoteBed.Options.of(name.substring(0, name.length() - 1)));
    RemoteStore<Integer, String> glob = store(RemoteBed.Options.of(name + "*?[a-z]^\\"));
    RemoteStore<Integer, String> next = store(RemoteBed.Options.of(name).ofSchema(2));
    fill(longer, 100);
    fill(shorter, 100);
    fill(next, 100);
    int before = size();
    fill(glob, ENTRIES / 10);
    fill(store, ENTRIES / 10);
    store.reserve(1);
    store.turn(1).await();
    glob.destroy();
    assertThat(count(store)).isEqualTo(ENTRIES / 10);
    store.destroy();
    assertThat(size()).isEqualTo(before);
    assertThat(count(longer)).isEqualTo(100);
    assertThat(count(shorter)).isEqualTo(100);
    assertThat(count(next)).isEqualTo(100);
    assertThat(count(store)).isZero();
  }

  @Test
  void whatNearsideDidNotWriteStays() {
    RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName());
    RemoteStore<Integer, String> store = store(options);
    fill(store, 10);
    String foreign = node.layout(options).head(0).replace("!h", ":i:77");
    redis.ask("SET " + foreign + " something");
    store.destroy();
    assertThat(redis.ask("GET " + foreign)).contains("something");
  }
}
