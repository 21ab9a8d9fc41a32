package io.nearside.testserver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where servers come from: Docker, an installed {@code redis-server}, or a binary from a jar. */
interface ServerSource {
  /** What the log and messages call it. */
  String name();

  /**
   * Makes a server that hasn't been started.
   *
   * @param arguments the server's own, without the executable
   */
  Instance create(Path directory, List<String> arguments) throws IOException;

  /** One server, which can be started again after it has ended. Its data directory is kept. */
  interface Instance extends AutoCloseable {
    void start() throws IOException;

    boolean running();

    /** Sends a signal: KILL, TERM, STOP or CONT. */
    void signal(String name) throws IOException;

    /** Waits until the server has ended. */
    void awaitEnd() throws IOException;

    String log() throws IOException;

    /** Ends it by force and leaves nothing behind. */
    @Override
    void close() throws IOException;
  }
}
