package io.nearside.nodes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * How long the calling thread was ready to run and got no processor, as Linux counts it: what a
 * call took beyond its own doing on a busy machine. For one thread.
 */
final class RunDelay implements AutoCloseable {
  private static final Path COUNTS = Path.of("/proc/thread-self/schedstat");

  private final @Nullable FileChannel counts;
  private final ByteBuffer buffer = ByteBuffer.allocate(100);

  RunDelay() throws IOException {
    counts = Files.exists(COUNTS) ? FileChannel.open(COUNTS, StandardOpenOption.READ) : null;
  }

  /** Nanoseconds since the thread began; always 0 where nobody counts them. */
  long nanos() {
    if (counts == null) {
      return 0;
    }
    try {
      buffer.clear();
      counts.read(buffer, 0);
      String text = new String(buffer.array(), 0, buffer.position(), US_ASCII);
      return Long.parseLong(text.split(" ")[1]);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + COUNTS, e);
    }
  }

  @Override
  public void close() throws IOException {
    if (counts != null) {
      counts.close();
    }
  }
}
