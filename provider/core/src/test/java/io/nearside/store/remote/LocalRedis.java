package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.config.CircuitBreakerSettings;
import io.nearside.config.RemoteSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A redis-server of the machine, for one test class. */
final class LocalRedis implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofMillis(200);

  /** So lazy that no test meets it by chance. */
  static final CircuitBreakerSettings NO_BREAKER =
      new CircuitBreakerSettings(
          1_000_000, 1, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

  final int port = freePort();
  private final List<String> options;
  private @Nullable Process process;

  private LocalRedis(String... options) {
    this.options = List.of(options);
  }

  static LocalRedis down(String... options) {
    return new LocalRedis(options);
  }

  static LocalRedis up(String... options) {
    LocalRedis redis = new LocalRedis(options);
    redis.start();
    return redis;
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void start() {
    List<String> command =
        new ArrayList<>(
            List.of("redis-server", "--port", "" + port, "--save", "", "--bind", "127.0.0.1"));
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    await().until(this::listens);
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** What the server was asked while the operation ran, a line each, as MONITOR shows it. */
  List<String> monitored(Runnable operation) {
    String end = "end-of-monitor";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
      lines.readLine();
      operation.run();
      ask("ECHO " + end);
      List<String> found = new ArrayList<>();
      for (String line = lines.readLine(); !line.contains(end); line = lines.readLine()) {
        found.add(line);
      }
      return found;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One command over a connection of its own; the raw reply. */
  String ask(String line) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write((line + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, "" + running().pid()).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void stop() {
    signal("STOP");
  }

  void goOn() {
    signal("CONT");
  }

  void crash() {
    running().destroyForcibly().onExit().join();
  }

  private Process running() {
    Process now = process;
    if (now == null) {
      throw new IllegalStateException("not started");
    }
    return now;
  }

  RemoteSettings settings() {
    return settings(NO_BREAKER, 1, 16, null);
  }

  /** For tests of what comes back, not of when: a busy machine must not look like an outage. */
  RemoteSettings patient() {
    RemoteSettings given = settings();
    return new RemoteSettings(
        given.namespace(),
        given.endpoint(),
        Duration.ofSeconds(20),
        Duration.ofSeconds(20),
        given.poolMinimumIdle(),
        given.poolMaximum(),
        given.circuitBreaker(),
        given.partitions());
  }

  RemoteSettings settings(
      CircuitBreakerSettings breaker, int minimum, int maximum, @Nullable String password) {
    return new RemoteSettings(
        "test",
        new RemoteSettings.Address(
            RemoteSettings.Mode.SINGLE,
            List.of("redis://127.0.0.1:" + port),
            null,
            0,
            null,
            password,
            null,
            null,
            false),
        TIMEOUT,
        Duration.ofSeconds(1),
        minimum,
        maximum,
        breaker,
        256);
  }

  @Override
  public void close() {
    if (process != null) {
      running().destroyForcibly().onExit().join();
    }
  }
}
