package io.nearside.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
  private final @Nullable String address;
  private int runs;

  /**
   * @param address of the Redis that the suite measures against, null if it needs none
   */
  CaseRunner(Suite suite, Arguments.Time time, Path logs, @Nullable String address)
      throws IOException {
    this.address = address;
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
    Target target = Target.of(one.subject());
    String method = method(one.operation());
    Suite.Effort effort = suite.effort();
    return new OptionsBuilder()
        .include("^" + target.benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
        .param(target.parameter, one.subject().name())
        .param("payload", one.payload().name())
        .param("missPercent", String.valueOf(one.missPercent()))
        .threads(one.callers())
        .forks(1)
        .jvmArgs(jvm(one))
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

  private String[] jvm(Case one) {
    List<String> arguments = new ArrayList<>(List.of(JVM));
    if (address != null) {
      arguments.add("-D" + RemoteBenchmark.ADDRESS + "=" + address);
    }
    if (one.threads() == Threads.VIRTUAL) {
      arguments.add("-Djmh.executor=VIRTUAL");
    }
    return arguments.toArray(String[]::new);
  }

  private static String method(Case.Operation operation) {
    return switch (operation) {
      case GET_ALL -> "getAll";
      case PUT_ALL -> "putAll";
      default -> operation.name().toLowerCase(Locale.ROOT);
    };
  }

  /** The class that measures a subject, and what its parameter for the subject is called. */
  private record Target(Class<?> benchmark, String parameter) {
    static Target of(Subject subject) {
      if (subject instanceof CaffeineVariant) {
        return new Target(CaffeineBenchmark.class, "variant");
      }
      if (subject instanceof TwoTierSubject) {
        return new Target(TwoTierBenchmark.class, "cache");
      }
      if (subject instanceof LoadSubject) {
        return new Target(LoadBenchmark.class, "loading");
      }
      return (subject instanceof RemoteSubject)
          ? new Target(RemoteBenchmark.class, "store")
          : new Target(JCacheBenchmark.class, "implementation");
    }
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
