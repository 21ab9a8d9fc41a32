package io.nearside.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nearside.store.Clock;
import io.nearside.store.WriteLog;
import io.nearside.store.WriteVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a queue of writes ends when its source does not take them. */
@Timeout(30)
class WriteBehindCloseTest {
  private static final QueueTerms TERMS =
      new QueueTerms(1_000_000, 10, 3, Long.MAX_VALUE, 1_000, 0);

  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile boolean interrupted;

  private WriteBehind<Integer, String> queue(Runnable source, Duration drain) {
    CacheWriter<Integer, String> writer =
        new CacheWriter<>() {
          @Override
          public void write(Cache.Entry<? extends Integer, ? extends String> entry) {
            asked.countDown();
            source.run();
          }

          @Override
          public void writeAll(
              Collection<Cache.Entry<? extends Integer, ? extends String>> entries) {
            write(entries.iterator().next());
            entries.clear();
          }

          @Override
          public void delete(Object key) {}

          @Override
          public void deleteAll(Collection<?> keys) {}
        };
    WriteBehind<Integer, String> queue =
        new WriteBehind<>(
            "c",
            new DirectWrites<>("c", writer, UnaryOperator.identity(), Clock.system()),
            UnaryOperator.identity(),
            new WriteBehind.Queue<>(TERMS, WriteLog.none(), Clock.system()),
            drain);
    queue.start(getClass().getClassLoader());
    return queue;
  }

  private void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted = true;
      throw new CacheWriterException("interrupted", e);
    }
  }

  @Test
  void aWriterThatHangsIsGivenUp() throws Exception {
    WriteBehind<Integer, String> queue = queue(this::hang, Duration.ofMillis(100));
    queue.write(1, "a", WriteVersion.UNKNOWN);
    asked.await();
    queue.close();
    await().until(() -> interrupted);
    assertThat(queue.depth()).as("it is not said to be written").isEqualTo(1);
    assertThat(queue.written()).isZero();
  }

  @Test
  void aWriterThatFailsIsAskedUntilTheEnd() {
    WriteBehind<Integer, String> queue =
        queue(
            () -> {
              throw new CacheWriterException("no");
            },
            Duration.ofSeconds(20));
    queue.write(1, "a", WriteVersion.UNKNOWN);
    queue.close();
    assertThat(queue.failures()).isEqualTo(3);
    assertThat(queue.parked()).hasSize(1);
  }

  @Test
  void anErrorLosesNothing() {
    int[] times = new int[1];
    WriteBehind<Integer, String> queue =
        queue(
            () -> {
              if (times[0]++ == 0) {
                throw new StackOverflowError("as asked");
              }
            },
            Duration.ofSeconds(20));
    queue.write(1, "a", WriteVersion.UNKNOWN);
    await().until(() -> queue.written() == 1);
    assertThat(queue.failures()).isEqualTo(1);
    queue.close();
  }
}
