package io.nearside.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.HealthListener;
import io.nearside.NearsideHealth;
import io.nearside.NearsideHealth.Change;
import io.nearside.NearsideHealth.Kind;
import io.nearside.NearsideHealth.Problem;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What listeners of a manager's health are told, and what they can't do to it. */
@Tag("any-jdk")
class HealthEventsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(HealthEventsTest.class);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Change> told = new ArrayList<>();
  private boolean refuses;
  private NearsideHealth health = health();
  private final HealthEvents events =
      new HealthEvents(
          () -> health,
          task -> {
            if (refuses) {
              throw new RejectedExecutionException();
            }
            tasks.add(task);
          },
          logger);

  private static NearsideHealth health(Kind... kinds) {
    return new NearsideHealth(
        Instant.EPOCH,
        List.of(kinds).stream()
            .map(kind -> new Problem(kind, "orders", null, Instant.EPOCH, "why", "works"))
            .toList());
  }

  private void now(Kind... kinds) {
    health = health(kinds);
    events.tick();
  }

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private static List<Kind> kinds(List<Problem> problems) {
    return problems.stream().map(Problem::kind).toList();
  }

  @Test
  void aListenerIsToldWhatIsThereAndThenWhatChanges() {
    HealthListener listener = told::add;
    now(Kind.SWITCHED);
    events.add(listener);
    events.add(listener);
    events.tick();
    run();
    now(Kind.SWITCHED, Kind.BREAKER_OPEN);
    run();
    events.tick();
    assertThat(tasks).as("nothing has changed").isEmpty();
    now(Kind.BREAKER_OPEN);
    run();
    now();
    run();
    assertThat(told)
        .extracting(change -> kinds(change.begun()))
        .containsExactly(List.of(Kind.SWITCHED), List.of(Kind.BREAKER_OPEN), List.of(), List.of());
    assertThat(told)
        .extracting(change -> kinds(change.over()))
        .containsExactly(List.of(), List.of(), List.of(Kind.SWITCHED), List.of(Kind.BREAKER_OPEN));
    assertThat(kinds(told.get(1).now().problems()))
        .containsExactly(Kind.SWITCHED, Kind.BREAKER_OPEN);
    events.remove(listener);
    now(Kind.SWITCHED);
    assertThat(tasks).isEmpty();
  }

  @Test
  void forOneThatIsBusyChangesAddUp() {
    events.add(told::add);
    now(Kind.BREAKER_OPEN);
    now();
    now(Kind.SWITCHED);
    now(Kind.BREAKER_OPEN, Kind.WRITES_LATE);
    assertThat(tasks).hasSize(1);
    run();
    events.tick();
    run();
    assertThat(told)
        .extracting(change -> kinds(change.begun()))
        .containsExactly(List.of(Kind.BREAKER_OPEN), List.of(Kind.WRITES_LATE));
    assertThat(told)
        .extracting(change -> kinds(change.over()))
        .containsExactly(List.of(), List.of());
  }

  @Test
  void oneThatIsRemovedMeanwhileIsNotCalled() {
    HealthListener listener = told::add;
    events.add(listener);
    now(Kind.BREAKER_OPEN);
    events.remove(listener);
    run();
    assertThat(told).isEmpty();
  }

  @Test
  void whatItThrowsIsLoggedOnceAndOthersAreTold() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      events.add(change -> {
        throw new IllegalStateException("no");
      });
      events.add(told::add);
      now(Kind.BREAKER_OPEN);
      run();
      now();
      run();
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list).hasSize(1);
    assertThat(told).hasSize(2);
  }

  @Test
  void whatTheExecutorRefusesIsToldLater() {
    events.add(told::add);
    refuses = true;
    now(Kind.BREAKER_OPEN);
    refuses = false;
    events.tick();
    run();
    assertThat(told).hasSize(1);
  }

  @Test
  void thereAreNotMoreThanSoMany() {
    for (int i = 0; i < HealthEvents.MOST; i++) {
      List<Change> own = new ArrayList<>();
      events.add(own::add);
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> events.add(told::add))
        .withMessageContaining("100 health listeners");
  }
}
