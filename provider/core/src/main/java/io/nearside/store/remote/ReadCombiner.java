package io.nearside.store.remote;

import io.nearside.observe.Recorder;
import io.nearside.observe.Running;
import io.nearside.observe.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.connection.MasterSlaveEntry;

/**
 * Lets reads of many threads ride together. A read that finds fewer than two batches under way goes
 * out at once and alone; what comes while two are under way waits for the first that returns and
 * then leaves in one batch. So a lone read waits for nobody, and under load the batches grow by
 * themselves. Thread-safe; nothing is locked.
 */
final class ReadCombiner {
  private static final int UNDER_WAY = 2;
  private static final int RIDERS = 64;

  private final MasterSlaveEntry entry;
  private final Commands commands;
  private final Reading reading;
  private final Recorder recorder;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Rider> queue = new ConcurrentLinkedQueue<>();

  /**
   * @param recorder is told of reads that wait
   */
  ReadCombiner(MasterSlaveEntry entry, Commands commands, Reading reading, Recorder recorder) {
    this.entry = entry;
    this.commands = commands;
    this.reading = reading;
    this.recorder = recorder;
  }

  /** A read that waits for its batch. */
  private static final class Rider extends CompletableFuture<List<byte @Nullable []>> {
    final Object[] keys;
    final @Nullable Running waiting;

    Rider(Object[] keys, @Nullable Running waiting) {
      this.keys = keys;
      this.waiting = waiting;
    }

    @SuppressWarnings("unchecked") // the codec makes nothing but byte[]
    void deliver(Object outcome) {
      if (outcome instanceof Throwable failure) {
        completeExceptionally(failure);
      } else {
        complete((List<byte @Nullable []>) outcome);
      }
    }
  }

  /** Sends it now or soon; who gives up cancels the future. */
  CompletionStage<List<byte @Nullable []>> read(Object[] keys) {
    if (waiting.get() == 0 && board()) {
      CompletableFuture<List<byte @Nullable []>> values =
          started(() -> commands.read(entry, reading, keys));
      values.whenComplete((v, failure) -> arrived());
      return values;
    }
    Rider rider = new Rider(keys, recorder.begin(Step.QUEUE, "batch"));
    waiting.incrementAndGet();
    queue.add(rider);
    depart();
    return rider;
  }

  /** What does not even start fails like what was sent, so that it leaves its seat. */
  private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> start) {
    try {
      return start.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private boolean board() {
    int now = underWay.get();
    while (now < UNDER_WAY) {
      if (underWay.compareAndSet(now, now + 1)) {
        return true;
      }
      now = underWay.get();
    }
    return false;
  }

  private void arrived() {
    underWay.decrementAndGet();
    depart();
  }

  /** Sends what waits, as far as there is room; whoever makes room or queues calls this. */
  private void depart() {
    while (waiting.get() > 0 && board()) {
      List<Rider> riders = boarding();
      if (riders.isEmpty()) {
        underWay.decrementAndGet();
        if (queue.isEmpty()) {
          // who is counted but not yet queued comes by here himself
          return;
        }
      } else {
        send(riders);
      }
    }
  }

  private List<Rider> boarding() {
    List<Rider> riders = new ArrayList<>();
    while (riders.size() < RIDERS) {
      Rider rider = queue.poll();
      if (rider == null) {
        break;
      }
      waiting.decrementAndGet();
      Running.end(rider.waiting, null);
      // who has given up meanwhile is left behind
      if (!rider.isDone()) {
        riders.add(rider);
      }
    }
    return riders;
  }

  private void send(List<Rider> riders) {
    CompletableFuture<List<Object>> outcomes = started(() -> sent(riders));
    // were one never to return, nobody would depart any more
    outcomes.orTimeout(3 * commands.timeoutNanos(), TimeUnit.NANOSECONDS);
    outcomes.whenComplete((list, failure) -> {
      // the next batch is on its way while these riders wake up
      arrived();
      for (int i = 0; i < riders.size(); i++) {
        riders.get(i).deliver(failure == null ? list.get(i) : failure);
      }
    });
  }

  private CompletableFuture<List<Object>> sent(List<Rider> riders) {
    if (!commands.clustered()) {
      return commands
          .read(entry, reading, together(riders))
          .thenApply(values -> apart(riders, values));
    }
    Pipeline pipeline = commands.pipeline(entry);
    riders.forEach(rider -> pipeline.add(reading.command(), reading.words(rider.keys)));
    return pipeline.send();
  }

  private static Object[] together(List<Rider> riders) {
    int count = 0;
    for (Rider rider : riders) {
      count += rider.keys.length;
    }
    Object[] all = new Object[count];
    int at = 0;
    for (Rider rider : riders) {
      System.arraycopy(rider.keys, 0, all, at, rider.keys.length);
      at += rider.keys.length;
    }
    return all;
  }

  private static List<Object> apart(List<Rider> riders, List<byte @Nullable []> values) {
    List<Object> lists = new ArrayList<>(riders.size());
    int at = 0;
    for (Rider rider : riders) {
      lists.add(values.subList(at, at + rider.keys.length));
      at += rider.keys.length;
    }
    return lists;
  }
}
