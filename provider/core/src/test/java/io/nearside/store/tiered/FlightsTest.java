package io.nearside.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearside.store.Absent;
import io.nearside.store.OperationTime;
import io.nearside.store.Outcome;
import io.nearside.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlightsTest {
  private static final long BOUND = 100;

  private int waited;
  private final Flights<String, String> flights =
      new Flights<>(BOUND, 1_000, () -> OperationTime.UNLIMITED) {
        @Override
        @Nullable Outcome<String> await(Flight<String> flight) {
          waited++;
          return Absent.absent();
        }
      };
  private final StoredEntry<String> own = new StoredEntry<>("own", StoredEntry.NEVER);

  /** What a second reader gets, who comes while the first one asks. */
  private Outcome<String> second(long now, Consumer<Flights<String, String>> meanwhile) {
    Outcome<?>[] second = new Outcome<?>[1];
    flights.ask(
        "key",
        0,
        () -> {
          meanwhile.accept(flights);
          second[0] = flights.ask("key", now, () -> own);
          return Absent.absent();
        });
    @SuppressWarnings("unchecked")
    Outcome<String> result = (Outcome<String>) second[0];
    return result;
  }

  @Test
  void aSecondReaderJoins() {
    assertThat(second(BOUND, none -> {})).isSameAs(Absent.absent());
    assertThat(waited).isEqualTo(1);
  }

  @Test
  void nobodyJoinsAQuestionThatIsTooOldOrDetached() {
    assertThat(second(BOUND + 1, none -> {})).isSameAs(own);
    assertThat(second(1, all -> all.detach("key"))).isSameAs(own);
    assertThat(second(1, Flights::detachAll)).isSameAs(own);
    assertThat(second(1, all -> all.detach("other"))).isSameAs(Absent.absent());
    assertThat(waited).isEqualTo(1);
  }

  @Test
  void aQuestionThatHasEndedIsNotJoined() {
    second(1, none -> {});
    assertThat(flights.ask("key", 1, () -> own)).isSameAs(own);
  }

  @Test
  void whoWaitedForAFailureOrForTooLongAsksHimself() {
    Flights<String, String> real = new Flights<>(BOUND, 1_000, () -> OperationTime.UNLIMITED);
    Outcome<?>[] second = new Outcome<?>[1];
    real.ask(
        "key",
        0,
        () -> {
          second[0] = real.ask("key", 0, () -> own); // waits for itself
          return Absent.absent();
        });
    assertThat(second[0]).isSameAs(own);
  }

  /** It may be long on its way, and what it ends by may be told late. */
  @Test
  void aThreadDoesNotWaitForAQuestionThatNoThreadWaitsFor() {
    CompletableFuture<Outcome<String>> slow = new CompletableFuture<>();
    CompletableFuture<Outcome<String>> first = flights.ask("key", 0, () -> slow, Runnable::run);
    List<CompletableFuture<Outcome<String>>> joined = new ArrayList<>();
    assertThat(
            flights.ask(
                "key",
                1,
                () -> {
                  joined.add(flights.ask("key", 1, () -> slow, Runnable::run));
                  assertThat(flights.ask("key", 1, () -> own)).isSameAs(Absent.absent());
                  return own;
                }))
        .isSameAs(own);
    assertThat(waited).isEqualTo(1); // of threads for a thread
    assertThat(joined.get(0)).isCompletedWithValue(own);
    assertThat(first).isNotDone();
    slow.complete(Absent.absent());
    assertThat(first).isCompletedWithValue(Absent.absent());
  }

  @Test
  void whoHasJoinedByAFutureIsToldTheFailureAndDoesNotAskOnceMore() {
    CompletableFuture<Outcome<String>> slow = new CompletableFuture<>();
    CompletableFuture<Outcome<String>> first = flights.ask("key", 0, () -> slow, Runnable::run);
    CompletableFuture<Outcome<String>> second =
        flights.ask("key", 1, () -> CompletableFuture.completedFuture(own), Runnable::run);
    assertThat(second).isNotDone();
    slow.completeExceptionally(new IllegalStateException("no answer"));
    assertThat(first).isCompletedExceptionally();
    assertThatThrownBy(second::join).hasRootCauseMessage("no answer");

    List<CompletableFuture<Outcome<String>>> joined = new ArrayList<>();
    assertThatThrownBy(() ->
            flights.ask(
                "key",
                2,
                () -> {
                  joined.add(
                      flights.ask(
                          "key", 2, () -> CompletableFuture.completedFuture(own), Runnable::run));
                  throw new IllegalStateException("of a thread");
                }))
        .hasMessage("of a thread");
    assertThatThrownBy(joined.get(0)::join).hasRootCauseMessage("of a thread");
    assertThat(flights.ask("key", 3, () -> own)).isSameAs(own); // nothing is left of them
    assertThat(waited).isZero();
  }
}
