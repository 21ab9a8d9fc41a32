package io.nearside.store;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.NearsideHealth.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is logged of troubles that begin and end. */
@Tag("any-jdk")
class TroubleWatchTest {
  private final ManualClock clock = new ManualClock();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final TroubleWatch watch = new TroubleWatch("cache \"c\"", clock, log());

  private Logger log() {
    Logger logger = new LoggerContext().getLogger("test");
    logged.start();
    logger.addAppender(logged);
    return logger;
  }

  private List<String> lines() {
    return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void lasts(Kind kind, String why) {
    for (int i = 0; i < 10; i++) {
      watch.look(List.of(new Trouble(kind, "redis://a", Trouble.UNKNOWN, why)));
      clock.advance(Duration.ofMillis(500));
    }
  }

  @Test
  void oneLineWhenItHasLastedAndOneWhenItIsOver() {
    lasts(Kind.REMOTE_UNAVAILABLE, "no connection");
    watch.look(List.of());
    assertThat(lines())
        .containsExactly(
            "cache \"c\": REMOTE_UNAVAILABLE at redis://a, for PT1S: no connection; see whether"
                + " remote.address is right and the server is up; nothing needs to be restarted, it"
                + " is tried on",
            "cache \"c\": REMOTE_UNAVAILABLE at redis://a: over after PT5S");
  }

  @Test
  void whatToDoIsSaidOnce() {
    lasts(
        Kind.REMOTE_UNAVAILABLE,
        "not reached; see whether remote.address is right and the server is up");
    assertThat(lines())
        .containsExactly(
            "cache \"c\": REMOTE_UNAVAILABLE at redis://a, for PT1S: not reached; see whether"
                + " remote.address is right and the server is up; nothing needs to be restarted, it"
                + " is tried on");
  }
}
