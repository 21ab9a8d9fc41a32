package io.nearside.remote;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.testserver.RedisServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server was asked, by its own account. */
final class Sent {
  /** Of a client: scripts have "lua" where a client has its address. */
  private static final Pattern COMMAND = Pattern.compile("\\[\\d+ \\d[^\\]]*\\] \"(\\w+)\"");

  /**
   * What the keys end with of calls that a node makes by itself now and then, whatever is asked.
   */
  private static final Pattern BACKGROUND = Pattern.compile("}![bno]\"");

  private static final String END = "the-end-of-the-operation";

  private Sent() {}

  /**
   * The commands that clients have sent while an operation ran; what scripts call does not count,
   * nor do pings, beats, looks at what the namespace has agreed on or is ordered to do, and the
   * sweeper's, which it takes when it gets round to it.
   */
  static Map<String, Integer> during(RedisServer server, Runnable operation) throws Exception {
    Map<String, Integer> calls = new TreeMap<>();
    try (Socket monitor = new Socket(RedisServer.HOST, server.port());
        BufferedReader seen =
            new BufferedReader(new InputStreamReader(monitor.getInputStream(), ISO_8859_1))) {
      monitor.getOutputStream().write("MONITOR\r\n".getBytes(ISO_8859_1));
      assertThat(seen.readLine()).isEqualTo("+OK");
      operation.run();
      server.call("ECHO", END);
      for (String line = seen.readLine(); !line.contains(END); line = seen.readLine()) {
        Matcher command = COMMAND.matcher(line);
        if (command.find() && !BACKGROUND.matcher(line).find()) {
          calls.merge(command.group(1).toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
      }
    }
    calls.keySet().retainAll(Set.of("mget", "evalsha", "eval", "unlink"));
    return calls;
  }
}
