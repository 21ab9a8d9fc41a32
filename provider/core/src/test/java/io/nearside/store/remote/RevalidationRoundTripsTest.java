package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Change;
import io.nearside.store.Clock;
import io.nearside.store.CopiedEntry;
import io.nearside.store.Lives;
import io.nearside.store.RecordingObserver;
import io.nearside.store.TierCount;
import io.nearside.store.TierCounts;
import io.nearside.store.remote.TieredBed.Made;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What it costs to use copies again after a connection was lost. */
class RevalidationRoundTripsTest {
  private static final int COPIES = 1_000;
  private static final int BATCH = 256;
  private static final Clock CLOCK = Clock.system();

  @Test
  void itIsOneForEachBatchOfCopiesAndTheirValuesAreNotSent() {
    try (LocalRedis redis = LocalRedis.up();
        TieredBed node = TieredBed.connected(redis)) {
      Made<Integer, String> made =
          node.store(
              RemoteBed.Options.of(RemoteBed.cacheName()),
              Integer.class,
              String.class,
              new RecordingObserver<>());
      Map<Integer, Change<String>> changes = new HashMap<>();
      IntStream.range(0, COPIES)
          .forEach(key -> changes.put(key, Change.put("v" + key, Lives.FOR_EVER)));
      assertThat(made.store().applyAll(changes, CLOCK.nanos()).failed()).isEmpty();
      TierCounts counts = made.store().unwrap(TierCounts.class);
      List<String> lines =
          redis.monitored(() -> {
            redis.ask("CLIENT KILL TYPE pubsub");
            await()
                .until(() -> {
                  made.store().read(0, CLOCK.nanos());
                  made.store().expire(CLOCK.nanos());
                  return counts.get(TierCount.REVALIDATIONS) >= COPIES - 1;
                });
          });
      long asked =
          lines.stream()
              .filter(line -> line.contains("] \"EVAL") && !line.contains(" lua]"))
              .filter(line -> !line.contains("}!b\""))
              .count();
      // The batches' script may be sent once more by its text, as the first of its kind.
      assertThat(asked - counts.get(TierCount.BYPASSED_READS))
          .isBetween((long) COPIES / BATCH + 1, (long) COPIES / BATCH + 2);
      assertThat(
              redis.monitored(() ->
                  IntStream.range(0, COPIES)
                      .forEach(key ->
                          assertThat(made.store().read(key, CLOCK.nanos()))
                              .isInstanceOf(CopiedEntry.class))))
          .filteredOn(line -> line.contains("\"EVAL") && !line.contains("}!b\""))
          .isEmpty();
    }
  }
}
