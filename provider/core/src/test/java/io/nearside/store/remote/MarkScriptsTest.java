package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import io.nearside.store.Marks.Company;
import io.nearside.store.Marks.Terms;
import io.nearside.store.remote.MarkScripts.KeyedMark;
import io.nearside.store.remote.MarkScripts.KeyedStore;
import io.nearside.store.remote.MarkScripts.MarkReply;
import io.nearside.store.remote.Scripts.KeyedFill;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Marks of keys whose source is being changed. */
class MarkScriptsTest extends ScriptTest {
  private static final Terms ALONE = terms(Condition.NONE, Company.REFUSED);
  private static final Terms JOINED = terms(Condition.NONE, Company.BORNE);

  private long tokens = 100;

  private static Terms terms(Condition condition, Company company) {
    return new Terms(condition, company, Returning.ENTRY);
  }

  private static <R> R only(List<Attempt<R>> attempts) {
    assertThat(attempts).hasSize(1);
    return Objects.requireNonNull(attempts.get(0).reply());
  }

  private MarkReply ask(KeyedMark mark, Terms terms) {
    return only(scripts.marks().mark(List.of(mark), terms, LEASE));
  }

  private KeyedMark mark(Terms terms) {
    KeyedMark mark = new KeyedMark(KEYS, tokens++);
    assertThat(ask(mark, terms).status()).isEqualTo(ScriptStatus.DONE);
    return mark;
  }

  private ChangeReply store(KeyedMark mark, ChangeRequest request) {
    return only(scripts.marks().store(List.of(new KeyedStore(mark, request))));
  }

  private ChangeReply store(KeyedMark mark) {
    return store(mark, storing(Condition.NONE, null, life(HOUR)));
  }

  private ScriptStatus release(KeyedMark mark) {
    return only(scripts.marks().release(List.of(mark)));
  }

  private @Nullable Leased lease() {
    return scripts.readOrReserve(CLAIM, LEASE).leased();
  }

  @Test
  void whatIsMarkedIsStoredAsAnyChange() {
    put("old", life(HOUR));
    KeyedMark mark = mark(ALONE);
    ChangeReply reply = store(mark);
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isTrue();
    assertThat(value(reply.prior())).isEqualTo("old");
    assertThat(value(raw())).isEqualTo("new");
    assertThat(entry().expiresAt()).isGreaterThan(now() + HOUR - 60_000);
    assertThat(keys()).doesNotContain(KEYS.lease());
  }

  @Test
  void whatIsThereLivesNoLongerThanTheMark() {
    put("old", FOR_EVER);
    var before = entry();
    mark(ALONE);
    var marked = entry();
    assertThat(marked.isLive(head(), now())).isTrue();
    assertThat(identity(marked)).isEqualTo(identity(before));
    assertThat(marked.expiresAt()).isBetween(now() + 1, now() + LEASE);
    assertThat(timeToLive(KEYS.lease())).isBetween(1L, LEASE);
    assertThat(scripts.renew(KEYS, identity(before), now() + HOUR))
        .as("an access does not prolong it")
        .isEqualTo(ScriptStatus.NOT_MET);
  }

  @Test
  void aMarkLeavesAShorterLifeAsItIs() {
    put("old", life(LEASE / 2));
    long expiresAt = entry().expiresAt();
    mark(ALONE);
    assertThat(entry().expiresAt()).isEqualTo(expiresAt);
  }

  @Test
  void whoMarksIsToldWhatWasThere() {
    put("old", FOR_EVER);
    byte[] before = Objects.requireNonNull(raw());
    MarkReply reply = ask(new KeyedMark(KEYS, 1), ALONE);
    assertThat(reply.prior()).isEqualTo(before);
    Terms blind = new Terms(Condition.NONE, Company.BORNE, Returning.PRESENCE);
    assertThat(ask(new KeyedMark(KEYS, 2), blind).prior()).isNull();
    assertThat(ask(new KeyedMark(KEYS, 3), JOINED).prior()).isEqualTo(before);
  }

  @Test
  void aFailingWriterChangesNothing() {
    for (var terms : List.of(FOR_EVER, life(HOUR))) {
      empty();
      put("old", terms);
      byte[] before = raw();
      long dies = timeToLive(KEYS.entry());
      KeyedMark mark = mark(ALONE);
      assertThat(release(mark)).isEqualTo(ScriptStatus.DONE);
      assertThat(raw()).isEqualTo(before);
      assertThat(timeToLive(KEYS.entry())).isBetween(dies - 60_000, dies);
      assertThat(keys()).doesNotContain(KEYS.lease());
      assertThat(release(mark)).isEqualTo(ScriptStatus.NOT_MET);
    }
  }

  @Test
  void aConditionThatDoesNotHoldMarksNothing() {
    assertThat(ask(new KeyedMark(KEYS, 1), terms(Condition.PRESENT, Company.REFUSED)).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    put("old", FOR_EVER);
    List<String> before = dump();
    MarkReply reply = ask(new KeyedMark(KEYS, 1), terms(Condition.ABSENT, Company.REFUSED));
    assertThat(reply.status()).isEqualTo(ScriptStatus.NOT_MET);
    assertThat(value(reply.prior())).isEqualTo("old");
    assertThat(dump()).isEqualTo(before);
  }

  @Test
  void oneWhoWantsToBeAloneIsRefusedWhileAnotherWrites() {
    KeyedMark first = mark(ALONE);
    assertThat(ask(new KeyedMark(KEYS, 1), ALONE).status()).isEqualTo(ScriptStatus.QUEUED);
    assertThat(store(first).status()).isEqualTo(ScriptStatus.DONE);
    assertThat(ask(new KeyedMark(KEYS, 1), ALONE).status()).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void ofTwoWhoWriteAtTheSameTimeNeitherIsStored() {
    put("old", FOR_EVER);
    KeyedMark first = mark(JOINED);
    KeyedMark second = mark(JOINED);
    ChangeReply reply = store(second);
    assertThat(reply.status()).isEqualTo(ScriptStatus.VOID);
    assertThat(reply.existed()).isTrue();
    assertThat(value(reply.prior())).isEqualTo("old");
    assertThat(raw()).isNull();
    assertThat(lease()).as("the first may still write").isNull();
    assertThat(store(first).status()).isEqualTo(ScriptStatus.VOID);
    assertThat(raw()).isNull();
    assertThat(lease()).isNotNull();
  }

  @Test
  void whoseMarkIsLostVoidsThoseOfOthers() {
    KeyedMark lost = mark(JOINED);
    client.getKeys().delete(KEYS.lease());
    KeyedMark next = mark(JOINED);
    assertThat(store(lost).status()).isEqualTo(ScriptStatus.VOID);
    assertThat(store(next).status()).isEqualTo(ScriptStatus.VOID);
    assertThat(raw()).isNull();
  }

  @Test
  void anyOtherChangeVoidsAMark() {
    KeyedMark mark = mark(ALONE);
    put("another", FOR_EVER);
    assertThat(store(mark).status()).isEqualTo(ScriptStatus.VOID);
    assertThat(raw()).isNull();
  }

  @Test
  void nothingIsLoadedWhileAMarkStands() {
    Leased before = Objects.requireNonNull(lease());
    KeyedMark mark = mark(ALONE);
    assertThat(lease()).isNull();
    assertThat(scripts.reserve(CLAIM, LEASE).leased()).isNull();
    ChangeRequest loaded = storing(Condition.ABSENT, null, life(HOUR));
    assertThat(scripts.fill(new KeyedFill(KEYS, before, loaded)).status())
        .isEqualTo(ScriptStatus.VOID);
    assertThat(raw()).isNull();
    assertThat(release(mark)).isEqualTo(ScriptStatus.DONE);
    assertThat(lease()).isNotNull();
  }

  @Test
  void aLifeThatAnUpdateKeepsIsThatOfBeforeTheMark() {
    put("old", life(HOUR));
    long expiresAt = entry().expiresAt();
    KeyedMark mark = mark(ALONE);
    var keeping = new io.nearside.store.Lifetime.Terms(1, -1, Long.MAX_VALUE, false);
    assertThat(store(mark, storing(Condition.PRESENT, null, keeping)).stored()).isTrue();
    assertThat(entry().expiresAt()).isEqualTo(expiresAt);
    assertThat(value(raw())).isEqualTo("new");
  }

  @Test
  void aConditionThatHoldsNoMoreLeavesTheMark() {
    KeyedMark mark = mark(ALONE);
    assertThat(store(mark, storing(Condition.PRESENT, null, life(HOUR))).status())
        .isEqualTo(ScriptStatus.NOT_MET);
    assertThat(store(mark).status()).isEqualTo(ScriptStatus.DONE);
  }

  @Test
  void aRemovalEndsAMarkToo() {
    put("old", FOR_EVER);
    KeyedMark mark = mark(ALONE);
    ChangeReply reply = store(mark, removing(Condition.NONE, null));
    assertThat(reply.status()).isEqualTo(ScriptStatus.DONE);
    assertThat(reply.existed()).isTrue();
    assertThat(keys()).containsExactly(KEYS.head());
  }

  @Test
  void moreThanAMarkCanHoldAreForgottenNotStored() {
    KeyedMark first = mark(JOINED);
    for (int i = 0; i < 70; i++) {
      mark(JOINED);
    }
    assertThat(bucket(KEYS.lease()).get()).hasSizeLessThan(1_000);
    assertThat(store(first).status()).isEqualTo(ScriptStatus.VOID);
  }

  @Test
  void whatOthersHaveWrittenIsNotMarked() {
    bucket(KEYS.entry()).set(new byte[] {'x'});
    assertThat(ask(new KeyedMark(KEYS, 1), ALONE).status()).isEqualTo(ScriptStatus.FOREIGN);
    empty();
    client.<byte[]>getList(KEYS.lease()).add(new byte[] {1});
    assertThat(ask(new KeyedMark(KEYS, 1), ALONE).status()).isEqualTo(ScriptStatus.FOREIGN);
  }

  @Test
  void whatIsTooLateChangesNothing() {
    KeyedMark mark = new KeyedMark(KEYS, 1);
    assertThat(late(() -> ask(mark, ALONE)).status()).isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> store(mark)).status()).isEqualTo(ScriptStatus.LATE);
    assertThat(late(() -> release(mark))).isEqualTo(ScriptStatus.LATE);
  }
}
