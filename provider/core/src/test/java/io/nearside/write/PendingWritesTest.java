package io.nearside.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Clock;
import io.nearside.store.WriteLog;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import javax.cache.integration.CacheWriterException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As many keys wait as may, whatever happens between a change and its place in the queue. */
@Tag("any-jdk")
class PendingWritesTest {
  /** One key, due at once; without room the answer is no. */
  private static final QueueTerms ONE = new QueueTerms(0, 10, 3, Long.MAX_VALUE, 1, 0);

  /** Says when it is asked to that what was added is safe. */
  private static final class SlowLog implements WriteLog<Integer, String> {
    final Queue<Outcome> added = new ArrayDeque<>();

    @Override
    public List<Found<Integer, String>> found() {
      return List.of();
    }

    @Override
    public Form form(Integer key, @Nullable String value) {
      return () -> 1;
    }

    @Override
    public boolean hasRoom(long bytes) {
      return true;
    }

    @Override
    public Receipt add(Addition addition, Outcome outcome) {
      added.add(outcome);
      return Receipt.SAFE;
    }

    @Override
    public void remove(Collection<Long> versions) {}

    @Override
    public void park(long version, int attempts, String failure) {}

    @Override
    public void unpark(long version) {}

    @Override
    public boolean flush() {
      return true;
    }

    @Override
    public void close() {}

    @Override
    public String place() {
      return "nowhere";
    }
  }

  @Test
  void whatReplacesAnotherKeepsItsRoomUntilItHasCome() throws Exception {
    SlowLog log = new SlowLog();
    PendingWrites<Integer, String> pending = new PendingWrites<>("c", ONE, log, Clock.system());
    pending.add(1, "a");
    log.added.remove().safe();
    pending.add(1, "b");
    pending.done(pending.take());
    assertThatThrownBy(() -> pending.add(2, "c"))
        .isInstanceOf(CacheWriterException.class)
        .hasMessageContaining("writeBehind.maximumDepth");
    log.added.remove().safe();
    assertThat(pending.depth()).isEqualTo(1);
    pending.done(pending.take());
    pending.add(2, "c");
  }

  @Test
  void whatIsRefusedLeavesItsRoom() {
    SlowLog log = new SlowLog();
    PendingWrites<Integer, String> pending = new PendingWrites<>("c", ONE, log, Clock.system());
    pending.add(1, "a");
    assertThatThrownBy(() -> pending.add(2, "b")).isInstanceOf(CacheWriterException.class);
    log.added.remove().refused();
    pending.add(2, "b");
  }

  @Test
  void aKeyWhoseWriteIsUnderWayNeedsNoRoom() throws Exception {
    PendingWrites<Integer, String> pending = new PendingWrites<>("c", ONE, Clock.system());
    pending.add(1, "a");
    var underWay = pending.take();
    pending.add(1, "b");
    assertThat(pending.depth()).isEqualTo(1);
    assertThatThrownBy(() -> pending.add(2, "c")).isInstanceOf(CacheWriterException.class);
    pending.done(underWay);
    assertThat(pending.depth()).isEqualTo(1);
    assertThat(pending.take()).singleElement().extracting(PendingWrite::value).isEqualTo("b");
  }
}
