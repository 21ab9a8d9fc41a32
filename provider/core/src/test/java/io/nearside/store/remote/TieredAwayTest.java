package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nearside.RemoteUnavailableException;
import io.nearside.store.Change;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.RecordingObserver;
import io.nearside.store.StaleEntry;
import io.nearside.store.Store;
import io.nearside.store.Unavailable;
import io.nearside.store.remote.TieredBed.Made;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What copies answer while Redis hangs, dies or was never there. */
@Tag("any-jdk")
class TieredAwayTest extends AwayContract {
  private static final Duration SOON = Duration.ofSeconds(30);

  private TieredBed here;
  private TieredBed there;
  private Made<Integer, String> made;

  @Override
  void open() {
    here = new TieredBed(redis.settings());
    there = TieredBed.connected(redis);
    here.remote.awaitConnection();
    here.awaitProof();
    made = make(here, options);
    store = made.store();
    other = make(there, options).store();
  }

  private static Made<Integer, String> make(TieredBed node, RemoteBed.Options of) {
    return node.store(of, Integer.class, String.class, new RecordingObserver<>());
  }

  @Override
  void close() {
    here.close();
    there.close();
  }

  @Override
  Store<Integer, String> another(RemoteBed.Options of) {
    return make(here, of).store();
  }

  @Override
  RemoteStore<Integer, String> remote() {
    return made.authority();
  }

  private static void awaitCopy(Store<Integer, String> through, int key) {
    await().atMost(SOON).until(() -> through.read(key, CLOCK.nanos()) instanceof CopiedEntry);
  }

  private static void awaitAway(Store<Integer, String> through, int key) {
    await().atMost(SOON).until(() -> through.read(key, CLOCK.nanos()) instanceof Unavailable);
  }

  @Test
  void aCopyAnswersUntilItCanNotBeProvedAndAgainAfterwards() {
    put(store, 1, "a");
    awaitCopy(store, 1);
    redis.stop();
    long stopped = CLOCK.nanos();
    long answered = stopped;
    for (long now = stopped; store.read(1, now) instanceof CopiedEntry; now = CLOCK.nanos()) {
      answered = now;
    }
    assertThat(answered).isGreaterThan(stopped);
    assertThat(Duration.ofNanos(answered - stopped)).isLessThanOrEqualTo(TieredBed.BOUND);
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    recover();
    awaitCopy(store, 1);
    assertThat(value(store, 1)).isEqualTo("a");
  }

  @Test
  void aCopyStandsInForSoLongIfThatIsWanted() {
    Store<Integer, String> lenient =
        here.store(
                RemoteBed.Options.of(RemoteBed.cacheName()),
                Integer.class,
                String.class,
                new RecordingObserver<>(),
                TieredBed.BOUND.plusSeconds(1))
            .store();
    put(lenient, 1, "a");
    awaitCopy(lenient, 1);
    redis.stop();
    await().atMost(SOON).until(() -> lenient.read(1, CLOCK.nanos()) instanceof StaleEntry);
    awaitAway(lenient, 1);
  }

  @Test
  void aChangeThatMayHaveBeenMadeEndsAllCopies() {
    put(store, 1, "old");
    awaitCopy(store, 1);
    awaitCopy(other, 1);
    redis.stop();
    assertThatThrownBy(() -> store.apply(1, Change.put("lost", Lives.FOR_EVER), CLOCK.nanos()))
        .isInstanceOf(RemoteUnavailableException.class);
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    recover();
    await().atMost(SOON).until(() -> value(other, 1) == null);
    assertThat(value(store, 1)).isNull();
  }

  @Test
  void aClearThatMayHaveBeenMadeEndsAllCopies() {
    put(store, 1, "old");
    awaitCopy(other, 1);
    redis.stop();
    assertThatThrownBy(store::clear).isInstanceOf(RemoteUnavailableException.class);
    assertThat(store.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
    recover();
    await().atMost(SOON).until(() -> value(other, 1) == null);
  }

  @Test
  void whatAKilledRedisHasForgottenIsForgotten() {
    put(store, 1, "a");
    awaitCopy(store, 1);
    awaitCopy(other, 1);
    redis.crash();
    redis.start();
    await().atMost(SOON).until(() -> value(store, 1) == null);
    await().atMost(SOON).until(() -> value(other, 1) == null);
    put(other, 1, "b");
    awaitCopy(other, 1);
    await().atMost(SOON).until(() -> "b".equals(value(store, 1)));
    awaitCopy(store, 1);
  }

  @Test
  void aRedisThatWasNeverThereMayComeLater() {
    try (LocalRedis late = LocalRedis.down();
        TieredBed node = new TieredBed(late.settings())) {
      Store<Integer, String> early = make(node, options).store();
      assertThat(early.read(1, CLOCK.nanos())).isInstanceOf(Unavailable.class);
      assertThatThrownBy(() -> early.apply(1, Change.put("a", Lives.FOR_EVER), CLOCK.nanos()))
          .isInstanceOf(RemoteUnavailableException.class);
      assertThatThrownBy(early::clear).isInstanceOf(RemoteUnavailableException.class);
      late.start();
      put(early, 1, "b");
      awaitCopy(early, 1);
      assertThat(value(early, 1)).isEqualTo("b");
    }
  }
}
