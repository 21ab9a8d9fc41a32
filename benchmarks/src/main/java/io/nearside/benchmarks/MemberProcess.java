package io.nearside.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link Member} in a JVM of its own; a command is sent, then its reply is awaited. */
final class MemberProcess implements AutoCloseable {
  private final String name;
  private final Process process;
  private final PrintWriter commands;
  private final BufferedReader replies;
  private final Thread killer;

  /**
   * What a member does.
   *
   * @param watched how many of the keys its first node watches, to note how late it sees changes
   * @param watchEveryMicros the pause between two looks at all of them
   * @param reads of each key at each node in a second
   */
  record Role(String name, int nodes, int watched, int watchEveryMicros, int reads) {
    private List<String> arguments() {
      return List.of(
          Member.NAME,
          name,
          Member.NODES,
          Integer.toString(nodes),
          Member.WATCHED,
          Integer.toString(watched),
          Member.WATCH,
          Integer.toString(watchEveryMicros),
          Member.READS,
          Integer.toString(reads));
    }
  }

  /** Starts it; its first reply comes when its nodes are connected. */
  MemberProcess(Node.Fleet fleet, Role role) throws IOException {
    name = role.name();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Member.class.getName()));
    command.addAll(fleet.arguments());
    command.addAll(role.arguments());
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    replies = process.inputReader(StandardCharsets.UTF_8);
    killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
  }

  void send(String command) {
    commands.println(command);
  }

  /**
   * The reply to what was sent first and not yet replied to.
   *
   * @throws IOException if the member has ended
   */
  String reply() throws IOException {
    for (String line = replies.readLine(); line != null; line = replies.readLine()) {
      if (line.startsWith(Member.REPLY)) {
        return line.substring(Member.REPLY.length());
      }
      System.err.println(name + ": " + line);
    }
    throw new IOException(name + " has ended; what it said is above");
  }

  /** The end of its input ends it; when the shutdown has begun, its hook does. */
  @Override
  public void close() {
    commands.close();
    try {
      process.waitFor();
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException shuttingDown) {
      process.destroyForcibly();
    }
  }
}
