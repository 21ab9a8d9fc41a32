package io.nearside.observe;

import io.nearside.observe.RemoteFigures.BreakerState;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Says in one line, at intervals, what the caches of a manager did meanwhile. For one thread. */
public final class Summary {
  private final String manager;
  private final long intervalNanos;
  private final LongSupplier nanos;
  private final Supplier<Collection<CacheFigures>> caches;
  private final @Nullable Remote remote;
  private final Consumer<String> line;
  private long begun;
  private Sums before;

  /** What there is to say of Redis. */
  public record Remote(RemoteFigures figures, DoubleSupplier proofSeconds) {}

  /**
   * @param remote null if there is none
   * @param line gets each line
   */
  public Summary(
      String manager,
      long intervalNanos,
      LongSupplier nanos,
      Supplier<Collection<CacheFigures>> caches,
      @Nullable Remote remote,
      Consumer<String> line) {
    this.manager = manager;
    this.intervalNanos = intervalNanos;
    this.nanos = nanos;
    this.caches = caches;
    this.remote = remote;
    this.line = line;
    this.begun = nanos.getAsLong();
    this.before = Sums.of(caches.get());
  }

  /** Of all caches together, since they were made. */
  private record Sums(
      long hits,
      long copyHits,
      long misses,
      long puts,
      long removals,
      long evictions,
      long loads,
      long failedLoads,
      long stale,
      long unavailable) {
    static Sums of(Collection<CacheFigures> caches) {
      return new Sums(
          sum(caches, CacheRecorder::hits),
          sum(caches, CacheRecorder::copyHits),
          sum(caches, CacheRecorder::misses),
          sum(caches, CacheRecorder::puts),
          sum(caches, CacheRecorder::removals),
          sum(caches, CacheRecorder::evictions),
          sum(caches, recorder -> recorder.get(Count.LOADS)),
          sum(caches, recorder -> recorder.get(Count.FAILED_LOADS)),
          sum(caches, CacheRecorder::staleAnswers),
          sum(caches, CacheRecorder::unavailables));
    }

    private static long sum(Collection<CacheFigures> caches, ToLongFunction<CacheRecorder> count) {
      return caches.stream().mapToLong(cache -> count.applyAsLong(cache.recorder())).sum();
    }
  }

  /** To be called several times in an interval. */
  public void tick() {
    long now = nanos.getAsLong();
    if (now - begun < intervalNanos) {
      return;
    }
    Collection<CacheFigures> all = caches.get();
    Sums sums = Sums.of(all);
    line.accept(text(all, sums, (now - begun) / 1_000_000_000));
    begun = now;
    before = sums;
  }

  private String text(Collection<CacheFigures> all, Sums now, long seconds) {
    long hits = since(before.hits, now.hits);
    long gets = hits + since(before.misses, now.misses);
    return manager
        + ": in "
        + seconds
        + " s: "
        + all.size()
        + " caches, "
        + gets
        + " reads ("
        + percent(hits, gets)
        + " hits, "
        + percent(since(before.copyHits, now.copyHits), gets)
        + " from copies), "
        + since(before.puts, now.puts)
        + " puts, "
        + since(before.removals, now.removals)
        + " removals, "
        + since(before.evictions, now.evictions)
        + " evictions, "
        + since(before.loads, now.loads)
        + " loads ("
        + since(before.failedLoads, now.failedLoads)
        + " failed), "
        + since(before.stale, now.stale)
        + " stale answers, "
        + since(before.unavailable, now.unavailable)
        + " operations without Redis; waiting: "
        + writes(all)
        + " writes, "
        + unsaid(all)
        + " changes for Redis"
        + redis();
  }

  private String redis() {
    if (remote == null) {
      return "";
    }
    double proof = remote.proofSeconds.getAsDouble();
    return "; Redis: "
        + remote.figures.callsInFlight()
        + " calls under way, "
        + remote.figures.breakers(BreakerState.OPEN)
        + " breakers open"
        + (Double.isNaN(proof)
            ? ""
            : String.format(Locale.ROOT, ", copies proved fresh %.1f s ago", proof));
  }

  /** Counts may have been cleared, and caches closed. */
  private static long since(long before, long now) {
    return Math.max(0, now - before);
  }

  private static String percent(long part, long whole) {
    return (whole == 0) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  private static long writes(Collection<CacheFigures> all) {
    long sum = 0;
    for (CacheFigures cache : all) {
      sum += (cache.writes() == null) ? 0 : cache.writes().depths().get().all();
    }
    return sum;
  }

  private static long unsaid(Collection<CacheFigures> all) {
    return all.stream()
        .mapToLong(cache -> cache.unsaid() == null ? 0 : cache.unsaid().getAsLong())
        .sum();
  }
}
