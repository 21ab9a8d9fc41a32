package io.nearside.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.observe.CacheRecorder.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartRecorderTest {
  private final AtomicLong clock = new AtomicLong();
  private final List<String> told = new ArrayList<>();

  private final Timers timers =
      new Timers() {
        @Override
        public void took(Step step, String what, boolean failed, long nanos) {
          told.add(step + " " + what + (failed ? " failed " : " ") + nanos);
        }

        @Override
        public void took(Timed call, Tier tier, long nanos) {
          told.add(call + " " + tier + " " + nanos);
        }
      };

  private final Spans spans =
      new Spans() {
        @Override
        public Span begin(Step step, String what, String cache) {
          told.add("begin " + step + " " + what + " of " + cache);
          return new Span() {
            @Override
            public void enter() {
              told.add("enter");
            }

            @Override
            public void leave() {
              told.add("leave");
            }

            @Override
            public void end(@Nullable Throwable failure) {
              told.add("end " + failure);
            }
          };
        }

        @Override
        public Runnable carried(Runnable task) {
          return () -> {
            told.add("carried");
            task.run();
          };
        }
      };

  @Test
  void nothingIsMadeWhileNobodyWantsToKnow() {
    PartRecorder recorder = new PartRecorder("orders", this::neverAsked, null, null);
    for (Step step : Step.values()) {
      assertThat(recorder.begin(step, "read")).isNull();
    }
    Runnable task = () -> {};
    assertThat(recorder.carried(task)).isSameAs(task);
    Running.end(null, null);
  }

  private long neverAsked() {
    throw new AssertionError("the clock was read");
  }

  @Test
  void stepsAreTimedButForOperationsAndMostCoders() {
    PartRecorder recorder = new PartRecorder("orders", clock::get, timers, null);
    assertThat(recorder.begin(Step.OPERATION, "read")).isNull();
    Running call = recorder.begin(Step.NETWORK, "read");
    clock.set(70);
    Running.end(call, null);
    Running.end(recorder.begin(Step.LOADER, "load"), new IllegalStateException("away"));
    assertThat(told).containsExactly("NETWORK read 70", "LOADER load failed 0");
    told.clear();
    for (int i = 0; i < 2 * CacheRecorder.SAMPLE; i++) {
      Running.end(recorder.begin(Step.CODEC, "encode"), null);
    }
    assertThat(told).containsExactly("CODEC encode 0", "CODEC encode 0");
  }

  @Test
  void spansAreMadeOfAllSteps() {
    PartRecorder recorder = new PartRecorder("orders", clock::get, null, spans);
    Running step = recorder.begin(Step.CODEC, "encode");
    Running.enter(step);
    Running.leave(step);
    Running.end(step, null);
    recorder.carried(() -> told.add("ran")).run();
    assertThat(told)
        .containsExactly(
            "begin CODEC encode of orders", "enter", "leave", "end null", "carried", "ran");
  }

  @Test
  void callsInTheSampleAreTimedByTheTierThatAnswered() {
    CacheRecorder recorder =
        new CacheRecorder(
            new CacheRecorder.Terms("orders", Timers.Tier.REMOTE, true, timers, null),
            false,
            () -> 5);
    recorder.copyHit(0); // 0 is in the sample
    recorder.hit(0);
    recorder.took(Timed.PUT, 0);
    assertThat(told).containsExactly("GET LOCAL 5", "GET REMOTE 5", "PUT REMOTE 5");
    assertThat(recorder.enabled()).as("statistics").isFalse();
    assertThat(recorder.hits()).isEqualTo(2);
    recorder.add(Count.BYTES_IN, 3);
    recorder.clear();
    assertThat(recorder.get(Count.BYTES_IN)).isZero();
  }
}
