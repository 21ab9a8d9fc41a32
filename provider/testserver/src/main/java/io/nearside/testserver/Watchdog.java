package io.nearside.testserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Ends this JVM's processes when it ends, even by {@code kill -9}, when no shutdown hook runs: a
 * shell that waits for the end of its input, which the operating system closes with the JVM.
 */
public final class Watchdog {
  private static final String SCRIPT =
      "trap '' INT TERM HUP\n"
          + "watched=\n"
          + "while read -r change pid; do\n"
          + "  rest=\n"
          + "  for one in $watched; do [ \"$one\" = \"$pid\" ] || rest=\"$rest $one\"; done\n"
          + "  watched=$rest\n"
          + "  [ \"$change\" = - ] || watched=\"$watched $pid\"\n"
          + "done\n"
          + "for one in $watched; do kill -9 \"$one\"; done\n";

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static @Nullable Writer input;

  private Watchdog() {}

  /** Has the process killed when this JVM ends. */
  public static void watch(long pid) {
    tell("+ " + pid);
  }

  /** To be called when the process has ended: its number may belong to another one soon. */
  public static void forget(long pid) {
    tell("- " + pid);
  }

  private static void tell(String line) {
    LOCK.lock();
    try {
      Writer writer = input == null ? start() : input;
      input = writer;
      writer.write(line + "\n");
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the shell that ends the servers with this JVM is gone", e);
    } finally {
      LOCK.unlock();
    }
  }

  private static Writer start() throws IOException {
    return new ProcessBuilder("sh", "-c", SCRIPT)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .outputWriter(UTF_8);
  }
}
