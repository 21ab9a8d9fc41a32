package io.nearside.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures one case in a JVM of its own, so that no other case has shaped its compiled code. The
 * log of each JVM stays beside the report.
 */
final class CaseRunner {
  private static final String ALLOCATION = "gc.alloc.rate.norm";
  private static final String[] JVM = {"-Xms2g", "-Xmx2g", "-XX:+UseG1GC"};

  private final Suite suite;
  private final Arguments.Time time;
  private final Path logs;
  private int runs;

  CaseRunner(Suite suite, Arguments.Time time, Path logs) throws IOException {
    this.suite = suite;
    this.time = time;
    this.logs = Files.createDirectories(logs);
  }

  /** Empty when the case failed; its log says why. */
  Optional<Measurement> run(Case one) {
    Path log = logs.resolve("%03d.log".formatted(++runs));
    try {
      return one.operation() == Case.Operation.HEAP
          ? HeapPerEntry.measure(one.subject(), suite.heapEntries(), log)
          : measurement(one, new Runner(options(one, log).build()).run());
    } catch (RunnerException | IOException e) {
      System.err.println(one.label() + " failed: " + e.getMessage() + "; see " + log);
      return Optional.empty();
    }
  }

  private ChainedOptionsBuilder options(Case one, Path log) {
    boolean raw = one.subject() instanceof CaffeineVariant;
    Class<?> benchmark = raw ? CaffeineBenchmark.class : JCacheBenchmark.class;
    String method = one.operation().name().toLowerCase(Locale.ROOT);
    Suite.Effort effort = suite.effort();
    return new OptionsBuilder()
        .include("^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
        .param(raw ? "variant" : "implementation", one.subject().name())
        .param("payload", one.payload().name())
        .param("missPercent", String.valueOf(one.missPercent()))
        .threads(one.callers())
        .forks(1)
        .jvmArgs(JVM)
        .mode(Mode.Throughput)
        .timeUnit(TimeUnit.SECONDS)
        .warmupIterations(effort.warmups())
        .warmupTime(time(effort.warmupTime()))
        .measurementIterations(effort.measurements())
        .measurementTime(time(effort.measurementTime()))
        .addProfiler(GCProfiler.class)
        .addProfiler(CpuProfiler.class)
        .output(log.toString());
  }

  private static TimeValue time(Duration duration) {
    return TimeValue.milliseconds(duration.toMillis());
  }

  private Optional<Measurement> measurement(Case one, Collection<RunResult> results) {
    return results.stream().findFirst().map(result -> measurement(one, result));
  }

  private Measurement measurement(Case one, RunResult result) {
    double allocated = secondary(result, ALLOCATION);
    double throughput = result.getPrimaryResult().getScore();
    if (time == Arguments.Time.CPU && one.callers() == 1) {
      return new Measurement(secondary(result, CpuProfiler.LABEL), allocated, throughput);
    }
    return Measurement.ofThroughput(throughput, allocated);
  }

  private static double secondary(RunResult result, String label) {
    Result<?> found = result.getSecondaryResults().get(label);
    if (found == null) {
      throw new IllegalStateException("JMH gave no " + label);
    }
    return found.getScore();
  }
}
