package io.nearside.testserver;

import static io.nearside.testserver.RespConnection.parts;
import static io.nearside.testserver.RespConnection.text;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Redis of its own on a free port of the loopback interface, without persistence unless its
 * arguments say otherwise. It ends with this JVM, however that ends. Not thread-safe but for {@link
 * #call}.
 */
public final class RedisServer implements AutoCloseable {
  public static final String HOST = "127.0.0.1";

  private static final Duration START = Duration.ofSeconds(20);
  private static final int BUS = 10_000;
  private static final int TRIES = 5;

  private final int port;
  private final Path directory;
  private final ServerSource.Instance instance;
  private boolean paused;

  private RedisServer(int port, Path directory, List<String> arguments) throws IOException {
    this.port = port;
    this.directory = directory;
    this.instance = Sources.source().create(directory, arguments);
  }

  /**
   * Starts a server on a free port and waits until it answers.
   *
   * @param arguments as on the server's command line, such as {@code "--maxmemory", "8mb"}
   */
  public static RedisServer start(String... arguments) throws IOException {
    IOException failure = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return startOn(freePort(), arguments);
      } catch (IOException e) { // someone else may have taken the port
        failure = e;
      }
    }
    throw failure;
  }

  /** Starts a server on the given port. */
  public static RedisServer startOn(int port, String... arguments) throws IOException {
    Path directory = Files.createTempDirectory("nearside-redis");
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--port", Integer.toString(port), "--bind", HOST));
    all.addAll(List.of("--dir", directory.toString(), "--save", ""));
    all.addAll(List.of(arguments));
    return started(new RedisServer(port, directory, all));
  }

  /**
   * Starts a sentinel on a free port.
   *
   * @param lines of its configuration, which it will change
   */
  static RedisServer startSentinel(String... lines) throws IOException {
    int port = freePort();
    Path directory = Files.createTempDirectory("nearside-sentinel");
    Path file = directory.resolve("sentinel.conf");
    List<String> all = new ArrayList<>(List.of("port " + port, "bind " + HOST, "dir " + directory));
    all.addAll(List.of(lines));
    Files.write(file, all);
    return started(new RedisServer(port, directory, List.of(file.toString(), "--sentinel")));
  }

  private static RedisServer started(RedisServer server) throws IOException {
    try {
      server.restart();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /**
   * A port that was free a moment ago, and so was the one of a cluster's bus that belongs to it.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      if (free(port) && free(port + BUS)) {
        return port;
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(HOST))) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /** Starts it again, on the same port and data, after {@link #stop} or {@link #kill}. */
  public void restart() throws IOException {
    paused = false;
    instance.start();
    try {
      Awaitility.await("Redis to answer")
          .atMost(START)
          .pollInterval(Duration.ofMillis(10))
          .until(this::answers);
    } catch (ConditionTimeoutException e) {
      throw new IOException("Redis does not answer:\n" + instance.log(), e);
    }
  }

  private boolean answers() throws IOException {
    if (!instance.running()) {
      throw new IOException("Redis ended at once:\n" + instance.log());
    }
    try {
      call("PING");
      return true;
    } catch (RedisErrorException loading) {
      return false;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Ends it in order, as an operator would. */
  public void stop() throws IOException {
    instance.signal("TERM");
    instance.awaitEnd();
  }

  /** {@code kill -9}. */
  public void kill() throws IOException {
    instance.signal("KILL");
    instance.awaitEnd();
  }

  /** SIGSTOP: connections stay, nothing answers. */
  public void pause() throws IOException {
    instance.signal("STOP");
    paused = true;
  }

  /** SIGCONT, if it is paused. */
  public void resume() throws IOException {
    if (paused) {
      instance.signal("CONT");
      paused = false;
    }
  }

  public int port() {
    return port;
  }

  /** Its address, without a path or a query: {@code redis://127.0.0.1:port}. */
  public String address() {
    return "redis://" + HOST + ":" + port;
  }

  public String hostAndPort() {
    return HOST + ":" + port;
  }

  /** Whether a process runs, even if it doesn't answer. */
  public boolean running() {
    return instance.running();
  }

  /** A connection of the caller's own, for many commands, SUBSCRIBE or MULTI. */
  public RespConnection connect() throws IOException {
    return new RespConnection(HOST, port);
  }

  /** Sends one command on a connection of its own; see {@link RespConnection#call}. */
  public @Nullable Object call(Object... words) throws IOException {
    try (RespConnection connection = connect()) {
      return connection.call(words);
    }
  }

  /** The answer's text; the empty text for none. */
  public String ask(Object... words) throws IOException {
    return text(call(words));
  }

  /** The keys that match, by SCAN. */
  public List<String> keys(String pattern) throws IOException {
    List<String> found = new ArrayList<>();
    try (RespConnection connection = connect()) {
      String cursor = "0";
      do {
        List<?> page = parts(connection.call("SCAN", cursor, "MATCH", pattern, "COUNT", "1000"));
        cursor = text(page.get(0));
        parts(page.get(1)).forEach(key -> found.add(text(key)));
      } while (!cursor.equals("0"));
    }
    return found.stream().distinct().sorted().toList();
  }

  /** One field of {@code INFO}, such as {@code evicted_keys}. */
  public String info(String field) throws IOException {
    return ask("INFO", "everything")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).trim())
        .findFirst()
        .orElseThrow(() -> new IOException("INFO has no field " + field));
  }

  /** How often the server has executed a command since it started or CONFIG RESETSTAT. */
  public long calls(String command) throws IOException {
    return ask("INFO", "commandstats")
        .lines()
        .filter(
            line -> line.startsWith("cmdstat_" + command.toLowerCase(java.util.Locale.ROOT) + ":"))
        .map(line -> line.replaceFirst("[^=]*calls=(\\d+).*", "$1"))
        .mapToLong(Long::parseLong)
        .sum();
  }

  @Override
  public void close() throws IOException {
    instance.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
