package io.nearside.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nearside.testserver.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@link SinkNode}, seen from its parent. */
final class SinkProcess {
  private final Process process;
  private final Path log;
  private final PrintWriter commands;
  private final Thread reader;
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean idle;
  private volatile int depth = -1;

  /**
   * @param lines hears what was begun and acknowledged
   */
  SinkProcess(Path log, Consumer<String> lines, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SinkNode.class.getName());
    command.addAll(arguments);
    this.log = log;
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Watchdog.watch(process.pid());
    commands = new PrintWriter(process.outputWriter(UTF_8), true);
    reader = new Thread(() -> read(lines), "sink " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Consumer<String> lines) {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(SinkNode.READY)) {
          ready.countDown();
        } else if (line.startsWith(SinkNode.IDLE)) {
          idle = true;
        } else if (line.startsWith(SinkNode.DEPTH)) {
          depth = Integer.parseInt(line.split(" ")[1]);
        } else {
          lines.accept(line);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // as at the end
    }
  }

  void awaitReady() throws InterruptedException, IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!ready.await(100, TimeUnit.MILLISECONDS)) {
      if (System.nanoTime() > end || !process.isAlive()) {
        String state =
            process.isAlive() ? "runs, but" : "ended by " + process.exitValue() + ", and";
        throw new AssertionError(
            "a node " + state + " did not get ready:\n" + Files.readString(log));
      }
    }
  }

  void go() {
    commands.println(SinkNode.GO);
  }

  void stop() {
    idle = false;
    commands.println(SinkNode.STOP);
  }

  /** Whether it has stopped. */
  boolean isIdle() {
    return idle;
  }

  /** How many writes waited when it answered last; asks again. */
  int depth() {
    commands.println(SinkNode.DEPTH);
    return depth;
  }

  void forgetDepth() {
    depth = -1;
  }

  /**
   * {@code kill -9}; returns when all that it had said was heard: the process's own way to end it
   * would close what has not been read yet.
   */
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
    reader.join();
    Watchdog.forget(process.pid());
  }
}
