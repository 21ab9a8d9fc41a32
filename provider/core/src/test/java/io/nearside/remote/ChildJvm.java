package io.nearside.remote;

import io.nearside.testserver.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for one main class of the tests. */
final class ChildJvm {
  private ChildJvm() {}

  /** Runs it to its end; returns the last line of what it printed. */
  static String run(List<String> options, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Watchdog.watch(process.pid());
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() > 50) {
          lines.remove(0);
        }
      }
    }
    int code = process.waitFor();
    Watchdog.forget(process.pid());
    if (code != 0) {
      throw new AssertionError(
          main.getName() + " ended with " + code + ":\n" + String.join("\n", lines));
    }
    return lines.get(lines.size() - 1);
  }
}
