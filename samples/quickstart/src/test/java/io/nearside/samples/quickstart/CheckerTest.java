package io.nearside.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.samples.quickstart.History.State;
import io.nearside.samples.quickstart.Read.Source;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CheckerTest {
  private static final long ID = 1;
  private static final int READER = 0;

  private final RandomGenerator random = new SplittableRandom(1);
  private final Product first = Product.random(ID, 1, random);
  private final Product second = Product.random(ID, 2, random);
  private final Complaints complaints = new Complaints();
  private final History history = new History(List.of(first), 2, Place.ALONE, complaints);
  private final Checker checker = new Checker(history, complaints);

  @Test
  void seededProductIsRight() {
    assertRight(readNow(first));
  }

  @Test
  void equalCopyIsRight() {
    assertRight(readNow(first.frozen()));
  }

  @Test
  void oldVersionAfterCompletedWriteIsWrong() {
    write(second);

    assertWrong(readNow(first), "the versions from 2 to 2 were possible");
    assertRight(readNow(second));
  }

  @Test
  void bothVersionsAreRightDuringWrite() {
    history.begin(ID, 2, second);

    assertRight(readNow(first));
    assertRight(readNow(second));
  }

  @Test
  void oldVersionIsRightWhenReadBeganBeforeWriteCompleted() {
    history.begin(ID, 2, second);
    long begin = later();
    history.complete(ID, 2);

    assertRight(read(first, begin, later()));
  }

  @Test
  void newVersionIsWrongWhenReadEndedBeforeWriteBegan() {
    long begin = later();
    long end = later();
    later();
    write(second);

    assertWrong(read(second, begin, end), "were possible");
  }

  @Test
  void readGoingBackBehindEarlierReadIsWrong() {
    history.begin(ID, 2, second);

    assertRight(readNow(second));
    assertWrong(readNow(first), "the versions from 2 to 2 were possible");
  }

  @Test
  void cacheMayLagBehindDatabaseUntilWriteCompletes() {
    history.begin(ID, 2, second);

    assertRight(readNow(Source.DATABASE, second));
    assertRight(readNow(first));
    history.complete(ID, 2);
    assertWrong(readNow(first), "were possible");
  }

  @Test
  void overlappingReadsMayDisagreeDuringWrite() {
    history.begin(ID, 2, second);
    long begin = later();

    assertRight(readNow(second));
    assertRight(read(first, begin, later()));
  }

  @Test
  void alteredFieldIsWrong() {
    assertWrong(readNow(first.overpriced()), "the database held Product[id=1");
  }

  @Test
  void alteredTagsAreWrong() {
    first.tags().add("scribbled");

    assertWrong(readNow(first), "the database held Product[id=1");
  }

  @Test
  void versionThatNeverWasIsWrong() {
    assertWrong(readNow(Product.random(ID, 7, random)), "the versions from 1 to 1 were possible");
  }

  @Test
  void absenceOfPresentProductIsWrong() {
    assertWrong(readNow(null), "got nothing");
  }

  @Test
  void removedProductMustBeAbsent() {
    history.begin(ID, 2, null);
    assertRight(readNow(first));
    assertRight(readNow(null));
    history.complete(ID, 2);

    assertRight(readNow(null));
    assertWrong(readNow(first), "were possible");
  }

  @Test
  void productBeforeRemovalIsWrongAfterAbsenceWasSeen() {
    history.begin(ID, 2, null);

    assertRight(readNow(null));
    assertWrong(readNow(first), "were possible");
  }

  @Test
  void absenceIsRightWhenRemovalAndReinsertionFellIntoRead() {
    long begin = later();
    history.begin(ID, 2, null);
    history.complete(ID, 2);
    Product third = Product.random(ID, 3, random);
    write(third);

    assertRight(read(null, begin, later()));
    assertRight(read(third, begin, later()));
    assertWrong(readNow(null), "the versions from 3 to 3 were possible");
  }

  @Test
  void unknownProductMustBeAbsent() {
    assertThat(check(new Read(Source.CACHE, 2, null, later(), later())))
        .isEqualTo(Verdict.Right.INSTANCE);
    assertThat(check(new Read(Source.CACHE, 2, first, later(), later())))
        .isInstanceOf(Verdict.Wrong.class);
  }

  @Test
  void lostUpdateIsComplainedOf() {
    write(second);
    write(second);

    assertThat(complaints.first())
        .containsExactly("product 1: version 2 was written over version 2: an update is lost");
  }

  @Test
  void wrongReadsAreCounted() {
    readNow(first);
    readNow(null);
    readNow(null);

    assertThat(checker.checked()).isEqualTo(3);
    assertThat(checker.wrong()).isEqualTo(2);
    assertThat(complaints.count()).isEqualTo(2);
  }

  @Test
  void statesThatNoReadCanReturnAreForgotten() {
    for (long version = 2; version <= 1_000; version++) {
      write(Product.random(ID, version, random));
    }

    assertThat(statesKept()).isLessThan(5);
  }

  @Test
  void statesThatReadInProgressCanReturnAreKept() {
    long begin = history.beginRead(READER);
    for (long version = 2; version <= 1_000; version++) {
      write(Product.random(ID, version, random));
    }

    assertThat(statesKept()).isEqualTo(1_000);
    assertRight(read(first, begin, later()));

    history.endReads(READER);
    write(Product.random(ID, 1_001, random));
    assertThat(statesKept()).isLessThan(5);
  }

  private int statesKept() {
    int count = 0;
    for (State state = history.latest(ID); state != null; state = state.previous()) {
      count++;
    }
    return count;
  }

  private void write(Product product) {
    history.begin(ID, product.version(), product);
    history.complete(ID, product.version());
    history.toldRedis(ID, product.version());
    later();
  }

  private Verdict readNow(@Nullable Product value) {
    return readNow(Source.CACHE, value);
  }

  private Verdict readNow(Source source, @Nullable Product value) {
    return check(new Read(source, ID, value, later(), later()));
  }

  private Verdict read(@Nullable Product value, long begin, long end) {
    return check(new Read(Source.CACHE, ID, value, begin, end));
  }

  private Verdict check(Read read) {
    return checker.check(read);
  }

  /** A time after everything that has happened and before everything that will. */
  private static long later() {
    long called = History.now();
    long time = called;
    while (time == called) {
      time = History.now();
    }
    long next = time;
    while (next == time) {
      next = History.now();
    }
    return time;
  }

  private static void assertRight(Verdict verdict) {
    assertThat(verdict).isEqualTo(Verdict.Right.INSTANCE);
  }

  private static void assertWrong(Verdict verdict, String reason) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Wrong.class, wrong -> assertThat(wrong.reason()).contains(reason));
  }
}
