package io.nearside.store.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nearside.store.Clock;
import java.util.List;

/** The servers' clocks; asks a server that has not told its time yet. Thread-safe. */
final class ServerTimes {
  private static final Script TIME =
      new Script(
          "time",
          "local t = redis.call('TIME') return string.format('%.0f', t[1] * 1000000 + t[2])");

  private final RemoteConnection connection;
  private final Clock clock;

  ServerTimes(RemoteConnection connection, Clock clock) {
    this.connection = connection;
    this.clock = clock;
  }

  /**
   * The clock of the master of a key.
   *
   * @throws io.nearside.RemoteUnavailableException if it is not known and can't be asked
   */
  ServerClock of(String key) {
    ServerClock server = connection.serverClock(key);
    if (!server.isKnown()) {
      learn(server, key);
    }
    return server;
  }

  private void learn(ServerClock server, String key) {
    long sent = clock.nanos();
    if (connection.eval(TIME, List.of(key), List.of()) instanceof byte[] text) {
      server.observe(sent, clock.nanos(), Long.parseLong(new String(text, US_ASCII)));
    }
  }
}
