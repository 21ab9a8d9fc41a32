package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.ReadOrReserved;
import io.nearside.store.RecordingObserver;
import io.nearside.store.StoredEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What each operation asks of the server, by the server's own count: the budget of remote caches.
 */
class RoundTripsTest {
  /** Of a client: scripts have "lua" where a client has its address. */
  private static final Pattern COMMAND = Pattern.compile("\\[\\d+ \\d[^\\]]*\\] \"(\\w+)\"");

  private static final Clock CLOCK = Clock.system();

  private static LocalRedis redis;
  private static RemoteBed node;

  private final RemoteStore<Integer, String> store = store();

  @BeforeAll
  static void start() {
    redis = LocalRedis.down();
    redis.start();
    node = RemoteBed.connected(redis);
    warmUp();
  }

  @AfterAll
  static void stop() {
    node.close();
    redis.close();
  }

  /** So that scripts are known, and nothing else is done for the first time. */
  private static void warmUp() {
    RemoteStore<Integer, String> store = store();
    ReadOrReserved<String> reserved = store.readOrReserve(1, CLOCK.nanos());
    assertThat(reserved.reservation()).isNotNull();
    Change<String> change = Change.putIfAbsent("a", Lives.of(60_000_000_000L));
    StoredEntry<String> entry = store.fill(1, reserved.reservation(), change, 0).current();
    assertThat(store.renew(1, entry, CLOCK.nanos() + 120_000_000_000L)).isTrue();
    store.reserveAll(List.of(3));
    store.apply(1, Change.remove(), 0);
    store.applyAll(hundred(), 0);
    store.releaseAll();
  }

  private static RemoteStore<Integer, String> store() {
    return store(RemoteBed.Options.of(RemoteBed.cacheName()));
  }

  private static RemoteStore<Integer, String> store(RemoteBed.Options options) {
    return node.store(
        options,
        Integer.class,
        String.class,
        new RecordingObserver<Integer, String>().wantsChanges(false));
  }

  private static Map<Integer, Change<String>> hundred() {
    Map<Integer, Change<String>> changes = new HashMap<>();
    IntStream.range(0, 100).forEach(key -> changes.put(key, Change.put("v", Lives.FOR_EVER)));
    return changes;
  }

  /** The commands that clients have sent; what scripts call does not count, nor do pings. */
  private static Map<String, Integer> sent(Runnable operation) {
    Map<String, Integer> calls = new TreeMap<>();
    for (String line : redis.monitored(operation)) {
      Matcher command = COMMAND.matcher(line);
      if (command.find()) {
        calls.merge(command.group(1).toLowerCase(Locale.ROOT), 1, Integer::sum);
      }
    }
    calls.keySet().retainAll(List.of("mget", "evalsha", "eval", "scan", "unlink"));
    return calls;
  }

  private void put(int key, String value) {
    store.apply(key, Change.put(value, Lives.FOR_EVER), 0);
  }

  @Test
  void aReadIsOne() {
    put(1, "a");
    assertThat(sent(() -> store.read(1, CLOCK.nanos()))).isEqualTo(Map.of("mget", 1));
    assertThat(sent(() -> store.peek(2, CLOCK.nanos()))).isEqualTo(Map.of("mget", 1));
  }

  @Test
  void aMissThatLoadsIsTwo() {
    assertThat(
            sent(() -> {
              ReadOrReserved<String> missed = store.readOrReserve(1, CLOCK.nanos());
              assertThat(missed.reservation()).isNotNull();
              Change<String> change = Change.putIfAbsent("a", Lives.FOR_EVER);
              assertThat(store.fill(1, missed.reservation(), change, 0).done()).isTrue();
              store.release(1, missed.reservation());
            }))
        .isEqualTo(Map.of("evalsha", 2));
  }

  @Test
  void aChangeIsOne() {
    for (Change<String> change :
        List.of(
            Change.put("a", Lives.FOR_EVER),
            Change.putIfAbsent("b", Lives.FOR_EVER),
            Change.replace("c", Lives.FOR_EVER).returningPrior(),
            Change.<String>remove().returningPrior(),
            Change.<String>stayAbsent())) {
      assertThat(sent(() -> store.apply(1, change, 0))).isEqualTo(Map.of("evalsha", 1));
    }
  }

  @Test
  void compareAndSetIsTwoWithItsRead() {
    put(1, "a");
    assertThat(
            sent(() -> {
              StoredEntry<String> seen = (StoredEntry<String>) store.read(1, CLOCK.nanos());
              Change<String> change = Change.replace(seen, "b", Lives.FOR_EVER);
              assertThat(store.apply(1, change, 0).done()).isTrue();
            }))
        .isEqualTo(Map.of("mget", 1, "evalsha", 1));
  }

  @Test
  void aRenewalIsOne() {
    StoredEntry<String> entry =
        store.apply(1, Change.put("a", Lives.of(60_000_000_000L)), 0).current();
    long later = CLOCK.nanos() + 120_000_000_000L;
    assertThat(sent(() -> store.renew(1, entry, later))).isEqualTo(Map.of("evalsha", 1));
  }

  @Test
  void manyKeysAreOneRoundTrip() {
    assertThat(sent(() -> store.applyAll(hundred(), 0))).isEqualTo(Map.of("evalsha", 1));
    List<Integer> keys = IntStream.range(0, 100).boxed().toList();
    assertThat(sent(() -> store.readAll(keys, CLOCK.nanos()))).isEqualTo(Map.of("mget", 1));
    assertThat(sent(() -> store.reserveAll(keys))).isEqualTo(Map.of("evalsha", 1));
  }

  @Test
  void keysOfOnePartitionShareItsHead() {
    RemoteStore<Integer, String> narrow =
        store(RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition());
    narrow.applyAll(hundred(), 0);
    List<Integer> keys = IntStream.range(0, 100).boxed().toList();
    List<String> reads =
        redis.monitored(() -> narrow.readAll(keys, CLOCK.nanos())).stream()
            .filter(line -> line.contains("\"MGET\""))
            .toList();
    assertThat(reads).hasSize(1);
    assertThat(reads.get(0).split("!h\"", -1)).hasSize(2);
    assertThat(reads.get(0).split("}:i:", -1)).hasSize(101);
  }

  @Test
  void moreThanFiveHundredKeysOfOnePartitionAreReadInSteps() {
    RemoteStore<Integer, String> narrow =
        store(RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition());
    Map<Integer, Change<String>> changes = new HashMap<>();
    List<Integer> keys = IntStream.range(0, 1201).boxed().toList();
    keys.forEach(key -> changes.put(key, Change.put("v" + key, Lives.FOR_EVER)));
    narrow.applyAll(changes, 0);
    narrow.apply(7, Change.remove(), 0);
    Map<Integer, String> found = new HashMap<>();
    assertThat(
            sent(() ->
                narrow
                    .readAll(keys, CLOCK.nanos())
                    .forEach((key, outcome) ->
                        found.put(
                            key,
                            outcome instanceof StoredEntry<String> entry ? entry.value() : "-"))))
        .isEqualTo(Map.of("mget", 3));
    assertThat(found).hasSize(1201).containsEntry(7, "-");
    found.remove(7);
    found.forEach((key, value) -> assertThat(value).isEqualTo("v" + key));
  }

  @Test
  void whatTakesReservationsAwayIsOneRoundTrip() {
    assertThat(sent(store::releaseAll)).isEqualTo(Map.of("evalsha", 1));
  }
}
