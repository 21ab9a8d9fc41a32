package io.nearside.samples.quickstart;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import javax.cache.management.CacheStatisticsMXBean;

/**
 * What one node saw, or all of them.
 *
 * @param reads of the cache and of the database
 * @param loads database queries that the cache made
 * @param failures operations that threw what they should not
 * @param wrong answers
 * @param complaints the number of all
 * @param first the text of the first few
 */
record Findings(
    long reads,
    long loads,
    long failures,
    long checked,
    long wrong,
    long complaints,
    List<String> first,
    Statistics statistics,
    Latencies latencies,
    Tally tally)
    implements Serializable {

  /** What the cache's own statistics say. */
  record Statistics(long hits, long misses, long evictions) implements Serializable {
    static Statistics of(CacheStatisticsMXBean bean) {
      return new Statistics(bean.getCacheHits(), bean.getCacheMisses(), bean.getCacheEvictions());
    }

    private Statistics plus(Statistics other) {
      return new Statistics(hits + other.hits, misses + other.misses, evictions + other.evictions);
    }
  }

  boolean isClean() {
    return complaints == 0;
  }

  /** Those of all nodes. */
  static Findings sum(List<Findings> all) {
    return all.stream().reduce(Findings::plus).orElseThrow();
  }

  /** The same, and something else that is wrong. */
  Findings plus(String complaint) {
    List<String> texts = new ArrayList<>(first);
    texts.add(complaint);
    return new Findings(
        reads,
        loads,
        failures,
        checked,
        wrong,
        complaints + 1,
        texts,
        statistics,
        latencies,
        tally);
  }

  private Findings plus(Findings other) {
    List<String> texts = new ArrayList<>(first);
    texts.addAll(other.first);
    Latencies times = new Latencies();
    times.add(latencies);
    times.add(other.latencies);
    Tally tallies = new Tally();
    tallies.add(tally);
    tallies.add(other.tally);
    return new Findings(
        reads + other.reads,
        loads + other.loads,
        failures + other.failures,
        checked + other.checked,
        wrong + other.wrong,
        complaints + other.complaints,
        texts,
        statistics.plus(other.statistics),
        times,
        tallies);
  }
}
