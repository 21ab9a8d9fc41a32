package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.Topology;
import io.nearside.store.TierCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final long MINUTE = 60_000_000_000L;

  private final AtomicLong clock = new AtomicLong();
  private final List<String> lines = new ArrayList<>();
  private final CacheRecorder recorder = new CacheRecorder(true, clock::get);
  private final CacheFigures figures =
      new CacheFigures(
          "orders",
          Topology.LOCAL,
          recorder,
          new TierCounts(),
          () -> 0,
          () -> 0,
          null,
          null,
          () -> 4,
          null);

  @Test
  void aLineTellsWhatWasDoneSinceTheLast() {
    recorder.hits(5);
    Summary summary =
        new Summary("nearside:x", MINUTE, clock::get, () -> List.of(figures), null, lines::add);
    recorder.hits(3);
    recorder.misses(1);
    recorder.puts(2);
    recorder.add(Count.LOADS, 2);
    recorder.add(Count.FAILED_LOADS, 1);
    clock.set(MINUTE - 1);
    summary.tick();
    assertThat(lines).isEmpty();
    clock.set(MINUTE);
    summary.tick();
    clock.set(2 * MINUTE);
    recorder.clear();
    summary.tick();
    assertThat(lines)
        .containsExactly(
            "nearside:x: in 60 s: 1 caches, 4 reads (75.0 % hits, 0.0 % from copies), 2 puts, 0"
                + " removals, 0 evictions, 2 loads (1 failed), 0 stale answers, 0 operations without"
                + " Redis; waiting: 0 writes, 4 changes for Redis",
            "nearside:x: in 60 s: 1 caches, 0 reads (- hits, - from copies), 0 puts, 0 removals, 0"
                + " evictions, 0 loads (0 failed), 0 stale answers, 0 operations without Redis;"
                + " waiting: 0 writes, 4 changes for Redis");
  }
}
