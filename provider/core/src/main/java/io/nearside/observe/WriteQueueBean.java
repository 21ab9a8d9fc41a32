package io.nearside.observe;

import io.nearside.ParkedWrite;
import io.nearside.WriteQueue;
import java.util.List;
import java.util.function.BiPredicate;

/** Shows a cache's write queue by JMX. Thread-safe. */
public final class WriteQueueBean implements NearsideWriteQueueMXBean {
  private final WriteQueue<?, ?> queue;

  public WriteQueueBean(WriteQueue<?, ?> queue) {
    this.queue = queue;
  }

  @Override
  public int getDepth() {
    return queue.depth();
  }

  @Override
  public long getLagMillis() {
    return queue.lag().toMillis();
  }

  @Override
  public int getParked() {
    return queue.parked().size();
  }

  @Override
  public long getWritten() {
    return queue.written();
  }

  @Override
  public long getFailures() {
    return queue.failures();
  }

  @Override
  public long getCoalesced() {
    return queue.coalesced();
  }

  @Override
  public List<String> parkedFailures(int most) {
    return queue.parked().stream()
        .limit(Math.max(0, most))
        .map(write -> write.attempts() + " attempts: " + write.failure())
        .toList();
  }

  @Override
  public int replayParked() {
    return each(queue, WriteQueue::replay);
  }

  @Override
  public int dropParked() {
    return each(queue, WriteQueue::drop);
  }

  private static <K, V> int each(
      WriteQueue<K, V> queue, BiPredicate<WriteQueue<K, V>, K> operation) {
    int done = 0;
    for (ParkedWrite<K, V> write : queue.parked()) {
      done += operation.test(queue, write.key()) ? 1 : 0;
    }
    return done;
  }
}
