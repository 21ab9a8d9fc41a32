package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.RemoteUnavailableException.Reason;
import io.nearside.observe.Recorder;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.OperationTime;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Renewal;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long calls may take, and what becomes of what is not as it should be. */
class BoundsTest {
  private static final Clock CLOCK = Clock.system();

  private final LocalRedis redis = LocalRedis.down();
  private RemoteBed node;
  private RemoteStore<Integer, String> store;

  @BeforeEach
  void start() {
    redis.start();
    node = new RemoteBed(redis.settings());
    node.awaitConnection();
    store =
        node.store(
            RemoteBed.Options.of(RemoteBed.cacheName()),
            Integer.class,
            String.class,
            new RecordingObserver<Integer, String>().wantsChanges(false));
    await().until(() -> !(store.read(0, CLOCK.nanos()) instanceof Unavailable));
  }

  @AfterEach
  void stop() {
    node.close();
    redis.close();
  }

  private StoredEntry<String> put(int key) {
    await()
        .ignoreException(RemoteUnavailableException.class)
        .until(() -> store.apply(key, Change.put("a", Lives.of(60_000_000_000L)), 0).done());
    await().until(() -> store.read(key, CLOCK.nanos()) instanceof StoredEntry);
    return (StoredEntry<String>) store.read(key, CLOCK.nanos());
  }

  @Test
  void aChangeIsRefusedWhenThoseBeforeItDoNotEnd() throws Exception {
    KeyOrder order = new KeyOrder(new RecordingObserver<Integer, String>(), null, CLOCK, 1_000_000);
    RemoteKey key =
        node.layout(RemoteBed.Options.of("order")).key(io.nearside.codec.KeyAddress.of("i1", 256));
    ExecutorService other = Executors.newSingleThreadExecutor();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Future<Boolean> holder =
        other.submit(() -> {
          try (KeyOrder.Held before = order.hold(key)) {
            held.countDown();
            end.await();
            return before.ordered();
          }
        });
    held.await();
    assertThatThrownBy(() -> order.holdAll(List.of(key)))
        .isInstanceOfSatisfying(
            RemoteUnavailableException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.SHED);
              assertThat(e.isOutcomeUnknown()).isFalse();
            });
    end.countDown();
    assertThat(holder.get()).isTrue();
    order.hold(key).close();
    other.shutdown();
  }

  @Test
  void renewalsOfManyEntriesShareOneTimeOut() {
    StoredEntry<String> entry = put(1);
    Map<Integer, Renewal<String>> renewals = new HashMap<>();
    for (int key = 0; key < 100; key++) {
      renewals.put(key, new Renewal<>(entry, CLOCK.nanos() + 90_000_000_000L));
    }
    redis.stop();
    ExecutorService caller = Executors.newSingleThreadExecutor();
    Future<Integer> failed = caller.submit(() -> store.renewAll(renewals).failed().size());
    assertThat(failed).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(100); // else 20 s
    caller.shutdown();
  }

  @Test
  void renewalsOfManyEntriesMoveTheirExpiry() {
    StoredEntry<String> entry = put(1);
    long until = CLOCK.nanos() + 600_000_000_000L;
    await().until(() -> store.renewAll(Map.of(1, new Renewal<>(entry, until))).failed().isEmpty());
    assertThat(((StoredEntry<String>) store.read(1, CLOCK.nanos())).expiresAt())
        .isGreaterThan(until - 1_000_000_000L);
  }

  @Test
  void anOperationWithinAnotherHasItsOwnTime() {
    try (OperationTime.Use outer = CallTime.begin(CLOCK, 0, Recorder.NONE, "test")) {
      assertThat(CallTime.left(CLOCK, 1_000)).isZero();
      try (OperationTime.Use inner =
          CallTime.begin(CLOCK, 60_000_000_000L, Recorder.NONE, "test")) {
        assertThat(CallTime.left(CLOCK, 1_000)).isBetween(1_001L, 60_000_000_000L);
      }
      assertThat(CallTime.left(CLOCK, 1_000)).isZero();
    }
    assertThat(CallTime.left(CLOCK, 1_000)).isEqualTo(1_000);
  }

  @Test
  void theOperationsOfOneCallerShareItsTime() {
    OperationTime time = CallTime.ofCaller(CLOCK, 60_000_000_000L);
    try (OperationTime.Use use = time.use()) {
      try (OperationTime.Use first = CallTime.begin(CLOCK, 1_000, Recorder.NONE, "test")) {
        assertThat(CallTime.left(CLOCK, Long.MAX_VALUE)).isBetween(1_001L, 60_000_000_000L);
        try (OperationTime.Use listener = CallTime.begin(CLOCK, 1_000, Recorder.NONE, "test")) {
          assertThat(CallTime.left(CLOCK, Long.MAX_VALUE)).isLessThanOrEqualTo(1_000);
        }
      }
      try (OperationTime.Use second = CallTime.begin(CLOCK, 1_000, Recorder.NONE, "test")) {
        assertThat(CallTime.left(CLOCK, Long.MAX_VALUE)).isBetween(1_001L, 60_000_000_000L);
      }
    }
    assertThat(CallTime.left(CLOCK, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void manyBytesHaveMoreTime() {
    AtomicLong now = new AtomicLong();
    try (OperationTime.Use use = CallTime.begin(now::get, 100, Recorder.NONE, "test")) {
      CallTime.allow(1 << 20);
      assertThat(CallTime.left(now::get, 100)).isEqualTo(20_000_100);
      CallTime.allow(Long.MAX_VALUE >> 26);
      assertThat(CallTime.left(now::get, 100)).isEqualTo(10_020_000_100L);
    }
  }

  @Test
  void whatACallerDoesBetweenItsOperationsTakesNoTime() {
    AtomicLong now = new AtomicLong();
    OperationTime time = CallTime.ofCaller(now::get, 100);
    try (OperationTime.Use use = time.use()) {
      now.addAndGet(30);
    }
    now.addAndGet(1_000);
    try (OperationTime.Use use = time.use()) {
      assertThat(CallTime.left(now::get, 100)).isEqualTo(70);
      now.addAndGet(90);
      assertThat(CallTime.left(now::get, 100)).isZero();
      time.renew();
      assertThat(CallTime.left(now::get, 100)).isEqualTo(100);
    }
  }

  @Test
  void nothingIsAskedWhenTheTimeOfTheOperationIsOver() {
    try (OperationTime.Use over = CallTime.begin(CLOCK, 0, Recorder.NONE, "test")) {
      assertThatThrownBy(() -> node.tier.connection().read(List.of("a")))
          .isInstanceOfSatisfying(
              RemoteUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.SHED));
    }
  }

  @Test
  void aClearSaysThatAHeadIsNotOurs() {
    RemoteBed.Options options = RemoteBed.Options.of(RemoteBed.cacheName()).inOnePartition();
    RemoteStore<Integer, String> one =
        node.store(options, Integer.class, String.class, new RecordingObserver<>());
    String head = node.layout(options).head(0);
    assertThat(redis.ask("HSET " + head + " field value")).startsWith(":1");
    await()
        .untilAsserted(() ->
            assertThatThrownBy(one::clear)
                .isInstanceOf(CacheException.class)
                .isNotInstanceOf(RemoteUnavailableException.class)
                .hasMessageContaining("did not write"));
    RemoteBed.settle(one); // nothing is left to be cleared
  }
}
