package io.nearside.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nearside.testserver.Watchdog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A child JVM that runs {@link Node}, seen from its parent. One caller at a time. */
final class NodeProcess implements AutoCloseable {
  private static final String GONE = Node.FAILED + "the node has ended";
  private static final int END_SECONDS = 10;

  private final Process process;
  private final PrintWriter commands;
  private final Path log;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /** Starts a node; settings become its system properties, as an operator would give them. */
  NodeProcess(Path log, Map<String, String> settings) throws IOException {
    this.log = log;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Node.class.getName()));
    process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    Watchdog.watch(process.pid());
    commands = new PrintWriter(process.outputWriter(UTF_8), true);
    Thread reader = new Thread(this::read, "node " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try (BufferedReader out = process.inputReader(UTF_8);
        Stream<String> lines = out.lines()) {
      lines
          .filter(line -> line.startsWith(Node.DONE) || line.startsWith(Node.FAILED))
          .forEach(answers::add);
    } catch (IOException | java.io.UncheckedIOException e) {
      // as at the end
    } finally {
      answers.add(GONE + " with " + process.onExit().join().exitValue());
    }
  }

  void send(String command, Work work) {
    commands.println(command + " " + work.line());
  }

  /**
   * Waits for the answer to the oldest command that has none yet.
   *
   * @throws AssertionError if the node failed, with its log, or didn't answer in time
   */
  Work answer(Duration timeout) throws InterruptedException {
    String answer = answers.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null) {
      throw new AssertionError("no answer from a node within " + timeout + ":\n" + log());
    }
    if (!answer.startsWith(Node.DONE)) {
      throw new AssertionError(answer + "\n" + log());
    }
    return Work.parse(answer.substring(Node.DONE.length()));
  }

  private String log() {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - 60), all.size()));
    } catch (IOException e) {
      return "(no log: " + e + ")";
    }
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    commands.close();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
    }
    Watchdog.forget(process.pid());
  }
}
