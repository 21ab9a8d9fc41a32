package io.nearside.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a run found, as it is kept in a file for later comparison. */
public record RunReport(
    String suite, String machine, int rounds, List<LineResult> lines, List<Figure> figures) {
  private static final double BUSY = 0.4;
  private static final Gson JSON = new GsonBuilder().setPrettyPrinting().create();

  /**
   * The median of one case.
   *
   * @param cost as in {@link Measurement#cost}
   */
  public record Figure(
      String subject,
      Case.Operation operation,
      Payload payload,
      int missPercent,
      int callers,
      double cost,
      double allocatedBytes) {}

  static Figure figure(Map.Entry<Case, Measurement> found) {
    Case one = found.getKey();
    return new Figure(
        one.subject().name(),
        one.operation(),
        one.payload(),
        one.missPercent(),
        one.callers(),
        found.getValue().cost(),
        found.getValue().allocatedBytes());
  }

  /** The shape of this machine, without a name of it, and what was measured. */
  static String thisMachine(Arguments.Time time) {
    int cores = Runtime.getRuntime().availableProcessors();
    return "%d %s, %s, JDK %s, %s time"
        .formatted(
            cores,
            cores == 1 ? "core" : "cores",
            System.getProperty("os.arch"),
            System.getProperty("java.version"),
            time == Arguments.Time.CPU ? "CPU" : "wall");
  }

  /** Whether so much else is running that figures will mislead; where that can't be seen, no. */
  static boolean machineIsBusy() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return load > BUSY * Runtime.getRuntime().availableProcessors();
  }

  static RunReport read(Path file) throws IOException {
    return JSON.fromJson(Files.readString(file), RunReport.class);
  }

  void write(Path file) throws IOException {
    Files.writeString(file, JSON.toJson(this) + "\n");
  }
}
