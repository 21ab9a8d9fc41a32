package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Absent;
import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.Lives;
import io.nearside.store.Outcome;
import io.nearside.store.RecordingObserver;
import io.nearside.store.Reservation;
import io.nearside.store.StoredEntry;
import io.nearside.store.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a store does while Redis is away, and when it is back. */
class RemoteFailuresTest {
  private final LocalRedis redis = LocalRedis.down();
  private final List<RemoteBed> nodes = new ArrayList<>();

  private RemoteBed node() {
    RemoteBed node = new RemoteBed(redis.settings());
    nodes.add(node);
    return node;
  }

  private static RemoteStore<Integer, String> store(RemoteBed node, String name) {
    return node.store(
        RemoteBed.Options.of(name),
        Integer.class,
        String.class,
        new RecordingObserver<Integer, String>().wantsChanges(false));
  }

  /** Connects, which may take longer than a call. */
  private static void reach(RemoteStore<Integer, String> store) {
    await().until(() -> !(store.read(0, now()) instanceof Unavailable));
  }

  private static long now() {
    return Clock.system().nanos();
  }

  @AfterEach
  void stop() {
    nodes.forEach(RemoteBed::close);
    redis.close();
  }

  @Test
  void bulkCallsBeforeTheFirstConnectionFailKeyByKey() {
    RemoteStore<Integer, String> store = store(node(), RemoteBed.cacheName());
    Map<Integer, Change<String>> changes =
        Map.of(1, Change.put("a", Lives.FOR_EVER), 2, Change.remove());
    assertThat(store.applyAll(changes, now()).failed()).containsOnlyKeys(1, 2);
    Map<Integer, Reservation> reservations = store.reserveAll(List.of(1, 2));
    assertThat(reservations).containsOnlyKeys(1, 2);
  }

  @Test
  void anEntryThatWasReplacedWhileItWasReadIsStillWhatWasRead() {
    redis.start();
    String name = RemoteBed.cacheName();
    RemoteStore<Integer, String> one = store(node(), name);
    RemoteStore<Integer, String> other = store(node(), name);
    reach(one);
    reach(other);
    one.apply(1, Change.put("a", Lives.of(60_000_000_000L)), now());
    StoredEntry<String> read = (StoredEntry<String>) one.read(1, now());
    other.apply(1, Change.put("b", Lives.of(60_000_000_000L)), now());
    assertThat(one.renew(1, read, now() + 90_000_000_000L)).isTrue();
  }

  @Test
  void anEntryThatExpiredWhileRedisWasAwayHoldsNothingUp() {
    redis.start();
    RemoteStore<Integer, String> store = store(node(), RemoteBed.cacheName());
    reach(store);
    store.apply(1, Change.put("a", Lives.of(300_000_000)), now());
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.remove(), now()))
        .isInstanceOf(RemoteUnavailableException.class);
    RemoteBed.pass(400_000_000);
    redis.goOn();
    assertThat(store.apply(1, Change.putIfAbsent("b", Lives.FOR_EVER), now()).done()).isTrue();
  }

  @Test
  void whatDependsOnAKeyThatIsStillToBeRemovedIsNotGuessed() {
    redis.start();
    RemoteStore<Integer, String> store = store(node(), RemoteBed.cacheName());
    reach(store);
    store.apply(1, Change.put("a", Lives.FOR_EVER), now());
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.remove(), now()))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThat((Object) store.read(1, now())).isInstanceOf(Unavailable.class);
    assertThat((Object) store.readAll(List.of(1), now()).get(1)).isInstanceOf(Unavailable.class);
    redis.goOn();
    assertThat((Object) store.read(1, now())).isInstanceOf(Absent.class);
  }

  @Test
  void aLoadOfSeveralKeysMeetsNothingThatIsStillToBeRemoved() {
    redis.start();
    RemoteStore<Integer, String> store = store(node(), RemoteBed.cacheName());
    reach(store);
    store.apply(1, Change.put("old", Lives.FOR_EVER), now());
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.remove(), now()))
        .isInstanceOf(RemoteUnavailableException.class);
    redis.goOn();
    Reservation reservation = store.reserveAll(List.of(1)).get(1);
    var filled =
        store.fillAll(
            Map.of(
                1,
                new io.nearside.store.Fill<>(
                    reservation, Change.putIfAbsent("new", Lives.FOR_EVER).returningPrior())),
            now());
    assertThat(filled.get(1).done()).isTrue();
  }

  @Test
  void manyChangesAfterAClearThatFailedTakeNoLongerThanACall() {
    redis.start();
    RemoteStore<Integer, String> store = store(node(), RemoteBed.cacheName());
    reach(store);
    store.apply(1, Change.put("a", Lives.FOR_EVER), now());
    redis.stop();
    assertThatThrownBy(store::clear).isInstanceOf(RemoteUnavailableException.class);
    Map<Integer, Change<String>> changes = new java.util.HashMap<>();
    for (int i = 0; i < 100; i++) {
      changes.put(i, Change.put("b", Lives.FOR_EVER));
    }
    ExecutorService caller = Executors.newSingleThreadExecutor();
    Future<Integer> failed = caller.submit(() -> store.applyAll(changes, now()).failed().size());
    await().atMost(3, TimeUnit.SECONDS).until(failed::isDone); // else 100 times 200 ms
    assertThat(failed).succeedsWithin(java.time.Duration.ZERO).isEqualTo(100);
    caller.shutdown();
    redis.goOn();
    await().until(() -> store.applyAll(changes, now()).failed().isEmpty());
    Outcome<String> outcome = store.read(7, now());
    assertThat(((StoredEntry<String>) outcome).value()).isEqualTo("b");
  }

  @Test
  void oneSweepAtATimeLeavesOtherThreadsFree() throws InterruptedException {
    ExecutorService two = Executors.newFixedThreadPool(2);
    OneByOne sweeps = new OneByOne(two);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch swept = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      sweeps.execute(() -> {
        try {
          end.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        swept.countDown();
      });
    }
    CountDownLatch due = new CountDownLatch(1);
    two.execute(due::countDown);
    assertThat(due.await(10, TimeUnit.SECONDS)).isTrue();
    end.countDown();
    assertThat(swept.await(10, TimeUnit.SECONDS)).isTrue();
    two.shutdown();
  }
}
