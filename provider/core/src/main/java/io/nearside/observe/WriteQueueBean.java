package io.nearside.observe;

import io.nearside.ParkedWrite;
import io.nearside.WriteQueue;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

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
    return queue.parked().stream().limit(Math.max(0, most)).map(WriteQueueBean::told).toList();
  }

  private static String told(ParkedWrite<?, ?> write) {
    String unreadable =
        "this node can't read it, see what its classes and allowedTypes lack: replay it on a node"
            + " that can, or drop it; ";
    return (write.unreadable() ? unreadable : "")
        + write.attempts()
        + " attempts: "
        + write.failure();
  }

  @Override
  public int replayParked() {
    return each(queue, write -> !write.unreadable(), WriteQueue::replay);
  }

  @Override
  public int dropParked() {
    return each(queue, write -> true, WriteQueue::drop);
  }

  private static <K, V> int each(
      WriteQueue<K, V> queue,
      Predicate<ParkedWrite<K, V>> wanted,
      BiPredicate<WriteQueue<K, V>, K> operation) {
    return (int)
        queue.parked().stream()
            .filter(wanted)
            .filter(write -> operation.test(queue, write.key()))
            .count();
  }
}
