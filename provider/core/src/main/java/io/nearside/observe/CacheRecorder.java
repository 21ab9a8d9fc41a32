package io.nearside.observe;

import io.nearside.EvictionCause;
import io.nearside.observe.Timers.Tier;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a cache does, by the rules of {@link javax.cache.management.CacheStatisticsMXBean}.
 * Counts are exact; times are averages over a sample of one call in {@value #SAMPLE}.
 *
 * <p>Thread-safe.
 */
public final class CacheRecorder implements Recorder {
  /** One call in so many is timed. */
  public static final int SAMPLE = 128;

  private static final int SAMPLE_SHIFT = 64 - Integer.numberOfTrailingZeros(SAMPLE);
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** Which calls are timed together. */
  public enum Timed {
    GET,
    PUT,
    REMOVE
  }

  private final LongAdder hits = new LongAdder();

  /** Of hits that copies answered; not among the others, so that each costs one count. */
  private final LongAdder copyHits = new LongAdder();

  /** The same while nothing else is counted. */
  private final LongAdder quietCopyHits = new LongAdder();

  private final LongAdder misses = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder removals = new LongAdder();
  private final AtomicLongArray evictions = new AtomicLongArray(EvictionCause.values().length);
  private final LongAdder expirations = new LongAdder();
  private final LongAdder failedPolicies = new LongAdder();
  private final LongAdder unavailable = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder notStored = new LongAdder();
  private final LongAdder refreshes = new LongAdder();
  private final LongAdder failedRefreshes = new LongAdder();
  private final LongAdder warmed = new LongAdder();
  private final LongAdder warmedHits = new LongAdder();
  private final LongAdder notFoundHits = new LongAdder();
  private final LongAdder staleAnswers = new LongAdder();
  private final Timing[] timings = {new Timing(), new Timing(), new Timing()};
  private final PartRecorder parts;
  private final LongSupplier nanos;

  /** Where calls go that no copy answers. */
  private final Tier tier;

  private final @Nullable Timers timers;

  /** Somebody beyond JMX wants the counts. */
  private final boolean always;

  private volatile boolean statistics;
  private volatile boolean enabled;
  private volatile LongSupplier autoRefreshedKeys = () -> 0;
  private volatile LongSupplier recordedKeys = () -> 0;

  /** Of a cache that only JMX shows. */
  public CacheRecorder(boolean enabled, LongSupplier nanos) {
    this(new Terms("", Tier.LOCAL, false, null, null), enabled, nanos);
  }

  /**
   * For whom a cache is recorded.
   *
   * @param tier where its calls go that no copy answers
   * @param always whether it counts although statistics are off
   * @param timers get how long calls and steps took; null for nobody
   * @param spans make spans of steps; null for none
   */
  public record Terms(
      String cache, Tier tier, boolean always, @Nullable Timers timers, @Nullable Spans spans) {}

  /**
   * @param enabled whether statistics are on
   * @param nanos the clock that calls are timed by
   */
  public CacheRecorder(Terms terms, boolean enabled, LongSupplier nanos) {
    this.parts = new PartRecorder(terms.cache, nanos, terms.timers, terms.spans);
    this.nanos = nanos;
    this.tier = terms.tier;
    this.timers = terms.timers;
    this.always = terms.always;
    enable(enabled);
  }

  /** Whether statistics are on. */
  public boolean enabled() {
    return statistics;
  }

  /** Turns statistics on or off. */
  public void enable(boolean on) {
    statistics = on;
    enabled = on || always;
  }

  @Override
  public @Nullable Running begin(Step step, String what) {
    return parts.begin(step, what);
  }

  @Override
  public void add(Count what, long number) {
    parts.add(what, number);
  }

  @Override
  public Runnable carried(Runnable task) {
    return parts.carried(task);
  }

  public long get(Count what) {
    return parts.get(what);
  }

  /** A get that was answered from the cache. */
  public void hit(long startNanos) {
    if (enabled) {
      hits.increment();
      took(Timed.GET, startNanos);
    }
  }

  /** A get that a copy of a two-tier cache answered. */
  public void copyHit(long startNanos) {
    copyHits(1);
    if (enabled && samples(startNanos)) {
      time(Timed.GET, Tier.LOCAL, startNanos);
    }
  }

  /**
   * Reads that copies of a two-tier cache answered; counted as such whether statistics are on or
   * not, since they tell whether the copies pay.
   */
  public void copyHits(long count) {
    (enabled ? copyHits : quietCopyHits).add(count);
  }

  /** Times the call if it is in the sample. */
  public void took(Timed call, long startNanos) {
    if (enabled && samples(startNanos)) {
      time(call, tier, startNanos);
    }
  }

  private void time(Timed call, Tier where, long startNanos) {
    long took = nanos.getAsLong() - startNanos;
    timings[call.ordinal()].add(took);
    if (timers != null) {
      timers.took(call, where, took);
    }
  }

  public void hits(long count) {
    if (enabled) {
      hits.add(count);
    }
  }

  public void misses(long count) {
    if (enabled) {
      misses.add(count);
    }
  }

  public void puts(long count) {
    if (enabled) {
      puts.add(count);
    }
  }

  public void removals(long count) {
    if (enabled) {
      removals.add(count);
    }
  }

  public void eviction(EvictionCause cause) {
    if (enabled) {
      evictions.incrementAndGet(cause.ordinal());
    }
  }

  public void expiration() {
    if (enabled) {
      expirations.increment();
    }
  }

  /** A user's expiry policy threw; counted whether statistics are on or not. */
  public void failedPolicy() {
    failedPolicies.increment();
  }

  /** An operation went on without its store; counted whether statistics are on or not. */
  public void unavailable() {
    unavailable.increment();
  }

  /** Something was met that is no entry that can be read; counted likewise. */
  public void unreadable() {
    unreadable.increment();
  }

  /** A value was not stored since Redis is full; counted likewise. */
  public void notStored() {
    notStored.increment();
  }

  /** An entry was loaded anew before it expired. */
  public void refreshed() {
    refreshes.increment();
  }

  /** One was to be, and its load failed. */
  public void refreshFailed() {
    failedRefreshes.increment();
  }

  /** A key was loaded before anybody asked for it. */
  public void warmed() {
    warmed.increment();
  }

  /** Such a key was read for the first time. */
  public void warmedHit() {
    warmedHits.increment();
  }

  public long warmedKeys() {
    return warmed.sum();
  }

  public long warmedHits() {
    return warmedHits.sum();
  }

  /** Tells from now on how many keys are loaded anew at intervals. */
  public void autoRefreshedKeys(LongSupplier count) {
    autoRefreshedKeys = count;
  }

  /** What knows how many keys are recorded as read. */
  public void recordedKeys(LongSupplier count) {
    recordedKeys = count;
  }

  public long recordedKeys() {
    return recordedKeys.getAsLong();
  }

  public long autoRefreshedKeys() {
    return autoRefreshedKeys.getAsLong();
  }

  /** Misses that asked no source, since it had nothing for their keys a moment ago. */
  public void notFoundHits(long count) {
    if (enabled) {
      notFoundHits.add(count);
    }
  }

  /** An entry whose time was over stood in for a load. */
  public void staleAnswer() {
    staleAnswers.increment();
  }

  /** Whether the call that began at this reading of the clock is one to be timed. */
  private static boolean samples(long startNanos) {
    // A multiplicative hash, since clocks may tick in multiples of a power of two.
    return (startNanos * SPREAD) >>> SAMPLE_SHIFT == 0;
  }

  public long hits() {
    return hits.sum() + copyHits.sum();
  }

  public long copyHits() {
    return copyHits.sum() + quietCopyHits.sum();
  }

  public long misses() {
    return misses.sum();
  }

  public long puts() {
    return puts.sum();
  }

  public long removals() {
    return removals.sum();
  }

  /** Entries that made room, for any cause. */
  public long evictions() {
    long sum = 0;
    for (int i = 0; i < evictions.length(); i++) {
      sum += evictions.get(i);
    }
    return sum;
  }

  public long evictions(EvictionCause cause) {
    return evictions.get(cause.ordinal());
  }

  public long expirations() {
    return expirations.sum();
  }

  public long failedPolicies() {
    return failedPolicies.sum();
  }

  public long unavailables() {
    return unavailable.sum();
  }

  public long unreadables() {
    return unreadable.sum();
  }

  public long unstored() {
    return notStored.sum();
  }

  public long refreshes() {
    return refreshes.sum();
  }

  public long failedRefreshes() {
    return failedRefreshes.sum();
  }

  public long notFoundHits() {
    return notFoundHits.sum();
  }

  public long staleAnswers() {
    return staleAnswers.sum();
  }

  /** In microseconds; 0 while none of these calls has been timed. */
  public float averageMicros(Timed call) {
    return timings[call.ordinal()].averageMicros();
  }

  /** Sets all counts to zero. */
  public void clear() {
    hits.reset();
    copyHits.reset();
    quietCopyHits.reset();
    misses.reset();
    puts.reset();
    removals.reset();
    expirations.reset();
    failedPolicies.reset();
    unavailable.reset();
    unreadable.reset();
    notStored.reset();
    refreshes.reset();
    failedRefreshes.reset();
    warmed.reset();
    warmedHits.reset();
    notFoundHits.reset();
    staleAnswers.reset();
    for (int i = 0; i < evictions.length(); i++) {
      evictions.set(i, 0);
    }
    for (Timing timing : timings) {
      timing.clear();
    }
    parts.clear();
  }

  private static final class Timing {
    private final LongAdder sum = new LongAdder();
    private final LongAdder calls = new LongAdder();

    void add(long took) {
      sum.add(took);
      calls.increment();
    }

    float averageMicros() {
      long timed = calls.sum();
      return (timed == 0) ? 0f : sum.sum() / 1_000f / timed;
    }

    void clear() {
      sum.reset();
      calls.reset();
    }
  }
}
