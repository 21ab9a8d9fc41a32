package io.nearside.coherence;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.coherence.Coherence.AfterOutage;
import io.nearside.store.Bus;
import io.nearside.store.Clock;
import io.nearside.store.Epoch;
import io.nearside.store.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoherenceTest implements Bus, Clock {
  private static final long MILLI = 1_000_000L;
  private static final Bus.Master MASTER = () -> "a";
  private static final Bus.Master OTHER = () -> "b";

  private final List<CompletableFuture<BeatReply>> beats = new ArrayList<>();
  private final List<Master> resubscribed = new ArrayList<>();
  private long nanos = 1_000 * MILLI;
  private long wall = 5_000_000;
  private long serverMicros = 77_000_000;
  private @Nullable Hearer hearer;
  private final Coherence coherence =
      new Coherence(this, Duration.ofSeconds(2), this, AfterOutage.REVALIDATE);

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long wallMillis() {
    return wall;
  }

  @Override
  public void start(Hearer told) {
    hearer = told;
  }

  @Override
  public CompletionStage<BeatReply> beat(Master master) {
    beats.add(new CompletableFuture<>());
    return beats.get(beats.size() - 1);
  }

  @Override
  public void resubscribe(Master master) {
    resubscribed.add(master);
  }

  @Override
  public void close() {}

  @BeforeEach
  void start() {
    coherence.start();
    assertThat(hearer).isSameAs(coherence);
    coherence.subscribed(MASTER);
  }

  private void pass(long millis) {
    nanos += millis * MILLI;
    wall += millis;
    serverMicros += millis * 1_000;
  }

  private static Beat said(long number) {
    return new Beat("run", 1, number);
  }

  private BeatReply reply(long incarnation, long configurationEpoch, Slots owned, Beat awaited) {
    return new BeatReply("run", incarnation, configurationEpoch, serverMicros, owned, awaited);
  }

  /** Sends a beat and has it answered at once. */
  private void beat(long awaited) {
    beat(reply(1, 0, Slots.ALL, said(awaited)));
  }

  private void beat(BeatReply reply) {
    send().complete(reply);
  }

  private CompletableFuture<BeatReply> send() {
    int before = beats.size();
    coherence.tick();
    assertThat(beats).hasSize(before + 1);
    return beats.get(before);
  }

  private Epoch epoch() {
    Epoch epoch = coherence.now().epoch(MASTER, 5);
    assertThat(epoch).isNotNull();
    return epoch;
  }

  private boolean holds(Epoch epoch) {
    return coherence.now().holds(epoch, 5, nanos);
  }

  @Test
  void aBeatThatIsAnsweredAndHeardProvesUntilItsSending() {
    CompletableFuture<BeatReply> beat = send();
    pass(100);
    beat.complete(reply(1, 0, Slots.ALL, said(3)));
    assertThat(holds(epoch())).isFalse();
    coherence.beat(MASTER, said(2));
    assertThat(holds(epoch())).isFalse();
    pass(100);
    coherence.beat(MASTER, said(3));
    assertThat(holds(epoch())).isTrue();
    pass(1_800);
    assertThat(holds(epoch())).isTrue();
    nanos++;
    assertThat(holds(epoch())).isFalse();
  }

  @Test
  void aBeatMayBeHeardBeforeItsAnswerButOnlyOfTheSameRunAndIncarnation() {
    CompletableFuture<BeatReply> beat = send();
    coherence.beat(MASTER, new Beat("run", 2, 9));
    beat.complete(reply(1, 0, Slots.ALL, said(3)));
    assertThat(holds(epoch())).isFalse();
    coherence.beat(MASTER, new Beat("another run", 1, 9));
    assertThat(holds(epoch())).isFalse();
    pass(500);
    beat = send();
    coherence.beat(MASTER, said(4));
    beat.complete(reply(1, 0, Slots.ALL, said(4)));
    assertThat(holds(epoch())).isTrue();
  }

  /** Proves up to now. */
  private void prove(Coherence node, long number) {
    int before = beats.size();
    node.tick();
    assertThat(beats).hasSize(before + 1);
    beats.get(before).complete(reply(1, 0, Slots.ALL, said(number)));
    node.beat(MASTER, said(number));
  }

  @Test
  void afterAnOutageCopiesFromBeforeItAreOfAFormerEpoch() {
    prove(coherence, 1);
    Epoch before = epoch();
    pass(2_000);
    prove(coherence, 2);
    assertThat(epoch()).as("a beat that came at the last moment").isSameAs(before);
    pass(2_001);
    assertThat(epoch()).as("the outage goes on").isSameAs(before);
    prove(coherence, 3);
    assertThat(holds(before)).isFalse();
    assertThat(epoch()).isNotSameAs(before);
    assertThat(holds(epoch())).isTrue();
  }

  @Test
  void afterAnOutageThatDroppedTheProofToo() {
    prove(coherence, 1);
    Epoch before = epoch();
    pass(2_500);
    wall += 10_000;
    coherence.tick();
    pass(500);
    prove(coherence, 2);
    assertThat(holds(before)).isFalse();
    assertThat(holds(epoch())).isTrue();
  }

  @Test
  void copiesFromBeforeAnOutageAreTrustedIfThatIsWanted() {
    Coherence trusting = new Coherence(this, Duration.ofSeconds(2), this, AfterOutage.TRUST);
    trusting.subscribed(MASTER);
    prove(trusting, 1);
    Epoch before = trusting.now().epoch(MASTER, 5);
    pass(60_000);
    prove(trusting, 2);
    assertThat(trusting.now().holds(before, 5, nanos)).isTrue();
    trusting.lost(MASTER);
    trusting.subscribed(MASTER);
    pass(500);
    prove(trusting, 3);
    assertThat(trusting.now().holds(before, 5, nanos)).as("connected anew").isFalse();
  }

  /**
   * Ticks come every 100 ms, so beats every 200, and the one that is waited for may be that of the
   * next node.
   */
  @Test
  void atTheLowestBoundCopiesAreServedAllTheTime() {
    Coherence quick = new Coherence(this, Duration.ofMillis(500), this, AfterOutage.REVALIDATE);
    quick.subscribed(MASTER);
    long number = 0;
    Epoch first = null;
    for (int tick = 0; tick < 100; tick++) {
      int before = beats.size();
      quick.tick();
      if (beats.size() > before) {
        quick.beat(MASTER, said(++number));
        beats.get(before).complete(reply(1, 0, Slots.ALL, said(number + 1)));
      }
      if (tick == 3) {
        first = quick.now().epoch(MASTER, 5);
      }
      pass(99);
      assertThat(tick < 3 || quick.now().holds(first, 5, nanos)).isTrue();
      pass(1);
    }
  }

  @Test
  void beatsAreSentEveryQuarterOfTheBoundToWhoIsHeard() {
    send();
    coherence.tick();
    pass(499);
    coherence.tick();
    assertThat(beats).hasSize(1);
    pass(1);
    send();
    pass(500);
    coherence.lost(MASTER);
    coherence.tick();
    assertThat(beats).hasSize(2);
  }

  @Test
  void anEpochBeginsWhereSomethingMayHaveBeenMissed() {
    beat(1);
    Epoch first = epoch();
    pass(500);
    beat(1);
    assertThat(epoch()).isSameAs(first);
    pass(500);
    beat(reply(2, 0, Slots.ALL, new Beat("run", 2, 1)));
    Epoch second = epoch();
    assertThat(second).isNotSameAs(first);
    pass(500);
    beat(reply(2, 1, Slots.ALL, new Beat("run", 2, 2)));
    Epoch third = epoch();
    assertThat(third).isNotSameAs(second);
    coherence.subscribed(MASTER);
    assertThat(epoch()).isNotSameAs(third);
  }

  @Test
  void aCopyOfAFormerEpochIsNotProved() {
    beat(1);
    Epoch former = epoch();
    coherence.beat(MASTER, said(1));
    assertThat(holds(former)).isTrue();
    coherence.subscribed(MASTER);
    assertThat(holds(former)).isFalse();
    assertThat(holds(new Epoch() {})).isFalse();
  }

  @Test
  void onlyWhatTheMasterOwnsIsProvedOrCopied() {
    beat(1);
    coherence.beat(MASTER, said(1));
    Epoch epoch = epoch();
    pass(500);
    beat(reply(1, 0, Slots.of(6, 9), said(2)));
    assertThat(holds(epoch)).isFalse();
    assertThat(coherence.now().holds(epoch, 6, nanos)).isTrue();
    assertThat(coherence.now().epoch(MASTER, 5)).isNull();
    assertThat(coherence.now().epoch(OTHER, 6)).isNull();
    assertThat(coherence.now().epoch(null, 6)).isNull();
  }

  @Test
  void aServerWhoseClockWasSetBeginsAnEpoch() {
    beat(1);
    Epoch first = epoch();
    pass(500);
    serverMicros += 9_000;
    beat(2);
    assertThat(epoch()).isSameAs(first);
    pass(500);
    serverMicros += 30_000;
    beat(3);
    Epoch second = epoch();
    assertThat(second).isNotSameAs(first);
    pass(500);
    serverMicros -= 3_600_000_000L;
    beat(4);
    assertThat(epoch()).isNotSameAs(second);
  }

  @Test
  void aMachineThatHasSleptTrustsNothingThatItSentBefore() {
    beat(1);
    coherence.beat(MASTER, said(1));
    Epoch epoch = epoch();
    pass(500);
    CompletableFuture<BeatReply> underWay = send();
    wall += 201;
    coherence.tick();
    assertThat(holds(epoch)).isFalse();
    nanos++;
    underWay.complete(reply(1, 0, Slots.ALL, said(2)));
    coherence.beat(MASTER, said(2));
    assertThat(holds(epoch)).isFalse();
    pass(500);
    beat(3);
    coherence.beat(MASTER, said(3));
    assertThat(holds(epoch)).isTrue();
    wall += 199;
    coherence.tick();
    assertThat(holds(epoch)).isTrue();
  }

  @Test
  void aSubscriptionOnWhichNothingIsHeardIsRenewed() {
    for (int i = 0; i < 8; i++) {
      beat(i);
      pass(500);
    }
    assertThat(resubscribed).isEmpty();
    coherence.tick();
    assertThat(resubscribed).containsExactly(MASTER);
    coherence.tick();
    assertThat(resubscribed).hasSize(1);
  }

  @Test
  void mastersComeAndGo() {
    beat(1);
    Epoch epoch = epoch();
    coherence.beat(MASTER, said(1));
    coherence.gone(MASTER);
    assertThat(holds(epoch)).isFalse();
    coherence.subscribed(OTHER);
    assertThat(holds(epoch)).isFalse();
    assertThat(coherence.now().epoch(MASTER, 5)).isNull();
    beat(7);
    coherence.beat(OTHER, said(7));
    assertThat(coherence.now().holds(coherence.now().epoch(OTHER, 5), 5, nanos)).isTrue();
    assertThat(holds(epoch)).isFalse();
    coherence.close();
    assertThat(coherence.now().epoch(OTHER, 5)).isNull();
  }
}
