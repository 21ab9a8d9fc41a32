package io.nearside.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The program of one JVM of a fleet: some nodes, which read all keys now and then, and so hold
 * copies; one of them may watch for changes. It obeys its standard input line by line, and ends
 * with it: so it never outlives the program that started it.
 */
final class Member implements AutoCloseable {
  static final String REPLY = "reply: ";
  static final String NODES = "--nodes";
  static final String NAME = "--name";
  static final String WATCHED = "--watched";
  static final String WATCH = "--watch";
  static final String READS = "--reads";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long CONNECTING_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final List<String> keys;
  private final List<Node> nodes = new ArrayList<>();
  private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
  private final @Nullable Watcher watcher;
  private int next;

  private Member(Options options) {
    Node.Fleet fleet = Node.Fleet.of(options);
    keys = fleet.keyNames();
    for (int node = 0; node < options.number(NODES); node++) {
      nodes.add(Node.open(fleet, options.text(NAME) + "-" + node));
    }
    nodes.forEach(this::connect);
    List<String> watched = keys.subList(0, Math.min(options.number(WATCHED), keys.size()));
    Duration pause = Duration.ofNanos(options.number(WATCH) * 1_000L);
    watcher = watched.isEmpty() ? null : new Watcher(watched, nodes.get(0).cache()::get, pause);
    long reads = (long) options.number(READS) * keys.size() * nodes.size();
    if (reads > 0) {
      long everyMicros = Math.max(1, TimeUnit.SECONDS.toMicros(1) / reads);
      reader.scheduleAtFixedRate(this::readOne, 0, everyMicros, TimeUnit.MICROSECONDS);
    }
  }

  /** Reads until a read succeeds: when many connect at once, it can take a while. */
  private void connect(Node node) {
    long deadline = System.nanoTime() + CONNECTING_NANOS;
    while (true) {
      try {
        node.cache().get(keys.get(0));
        return;
      } catch (RuntimeException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void readOne() {
    int turn = next;
    next = (turn + 1) % (keys.size() * nodes.size());
    try {
      nodes.get(turn / keys.size()).cache().get(keys.get(turn % keys.size()));
    } catch (RuntimeException e) {
      if (!reader.isShutdown()) {
        System.err.println(e.getMessage()); // and go on: the next read may succeed
      }
    }
  }

  /** See {@link MemberProcess}, which writes the command line. */
  public static void main(String[] arguments) throws IOException {
    Map<String, @Nullable String> known = new HashMap<>();
    List.of(
            Node.Fleet.ADDRESS,
            Node.Fleet.NAMESPACE,
            Node.Fleet.TOPOLOGY,
            Node.Fleet.KEYS,
            NODES,
            NAME,
            WATCHED,
            WATCH,
            READS)
        .forEach(option -> known.put(option, null));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Member member = new Member(Options.parse(List.of(arguments), known))) {
      System.out.println(REPLY + "ready");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        System.out.println(REPLY + member.obey(line));
      }
    }
    System.exit(0);
  }

  private String obey(String line) {
    String[] words = line.split(" ");
    return switch (words[0]) {
      case "start" -> started();
      case "stop" -> (watcher == null) ? "" : watcher.stop().line();
      case "settle" -> settled(Settlement.sequences(words[1]));
      default -> throw new IllegalArgumentException("unknown command " + line);
    };
  }

  private String started() {
    if (watcher != null) {
      watcher.start();
    }
    return "";
  }

  /** Nothing, or what is wrong. */
  private String settled(long[] sequences) {
    Settlement settlement = new Settlement(keys, sequences);
    for (int node = 0; node < nodes.size(); node++) {
      String problem = settlement.awaitAt(nodes.get(node).cache()::get, PATIENCE_NANOS);
      if (problem != null) {
        return "at node " + node + " " + problem;
      }
    }
    return "";
  }

  @Override
  public void close() {
    if (watcher != null) {
      watcher.close();
    }
    reader.shutdownNow();
    nodes.forEach(Node::close);
  }
}
