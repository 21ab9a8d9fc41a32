package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.samples.quickstart.Read.Source;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How late a node may see what the other one has changed. */
final class OtherNodesChangeTest {
  private static final long BOUND = History.BOUND.toNanos();
  private static final long ID = 1;
  private static final int READER = 0;

  private final Product first = Product.random(ID, 1, new SplittableRandom(1));
  private final Product second = Product.random(ID, 2, new SplittableRandom(2));
  private final Complaints complaints = new Complaints();
  private final Place place = new Place(0, 2);
  private final History history = new History(List.of(first), 1, place, complaints);
  private final Checker checker = new Checker(history, complaints);

  @BeforeEach
  void productIsOfTheOtherNode() {
    assertThat(place.owns(ID)).isFalse();
    history.begin(ID, 2, second);
  }

  @Test
  void mayBeMissedUntilRedisHasKnownItForTheBound() {
    history.complete(ID, 2);
    history.toldRedis(ID, 2);
    long told = History.now();

    assertThat(isRight(first, told + BOUND / 2)).isTrue();
    assertThat(isRight(first, told + BOUND + 1)).isFalse();
    assertThat(isRight(second, told + BOUND + 1)).isTrue();
  }

  @Test
  void mayBeMissedWhileRedisDoesNotKnow() {
    history.complete(ID, 2);

    assertThat(isRight(first, History.now() + 10 * BOUND)).isTrue();
  }

  @Test
  void mayBeMissedByAReadAfterAnother() {
    assertThat(isRight(second, History.now())).isTrue();
    assertThat(isRight(first, History.now())).isTrue();
  }

  @Test
  void mustBeFoundInTheDatabaseAtOnce() {
    history.complete(ID, 2);
    long later = History.now() + 1;

    assertThat(isRight(new Read(Source.DATABASE, ID, first, later, later))).isFalse();
  }

  @Test
  void mayBeMissedForTheBoundWhileRedisIsAway() {
    history.redisIsAway();
    history.complete(ID, 2);
    long completed = History.now();

    assertThat(isRight(first, completed + BOUND / 2)).isTrue();
    assertThat(isRight(first, completed + BOUND + 1)).isFalse();
  }

  @Test
  void mayBeMissedWhenRedisIsBackAndDoesNotKnow() {
    history.redisIsAway();
    history.complete(ID, 2);
    history.redisReturns();

    assertThat(isRight(first, History.now() + 10 * BOUND)).isTrue();
  }

  @Test
  void isNotForgottenWhileItMayBeMissed() {
    for (long version = 3; version <= 100; version++) {
      history.begin(ID, version, Product.random(ID, version, new SplittableRandom(version)));
      history.complete(ID, version);
      history.toldRedis(ID, version);
    }
    history.beginRead(READER);

    assertThat(isRight(second, History.now())).isTrue();
  }

  private boolean isRight(Product value, long time) {
    return isRight(new Read(Source.CACHE, ID, value, time, time));
  }

  private boolean isRight(Read read) {
    return checker.check(read) instanceof Verdict.Right;
  }
}
