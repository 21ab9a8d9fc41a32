package io.nearside.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server that a suite measures against: the one that {@code BENCHMARKS_REDIS} names, else a
 * {@code redis-server} of the machine, started for the run without persistence.
 */
record Redis(String address, @Nullable Process process) implements AutoCloseable {
  private static final String NAMED = "BENCHMARKS_REDIS";
  private static final int TRIES = 100;
  private static final int MILLIS_BETWEEN = 50;

  /**
   * @throws IOException if there is none; says what to do
   */
  static Redis open() throws IOException {
    String named = System.getenv(NAMED);
    return (named == null) ? started() : new Redis(named, null);
  }

  private static Redis started() throws IOException {
    int port = freePort();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "redis-server",
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--save",
                  "")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IOException(
          "this suite needs a redis-server on the PATH, or " + NAMED + "=redis://host:port", e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    awaitPort(port, process);
    return new Redis("redis://127.0.0.1:" + port, process);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitPort(int port, Process process) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        return;
      } catch (IOException e) {
        try {
          if (process.waitFor(MILLIS_BETWEEN, TimeUnit.MILLISECONDS)) {
            throw new IOException("redis-server ended with code " + process.exitValue(), e);
          }
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", interrupted);
        }
      }
    }
    throw new IOException("redis-server does not listen at port " + port);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}
