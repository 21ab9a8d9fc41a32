package io.nearside.store.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearside.codec.Envelope;
import io.nearside.codec.EnvelopeContent;
import io.nearside.codec.Head;
import io.nearside.store.Change.Condition;
import io.nearside.store.Change.Returning;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The stamps of tags in a head, as scripts and readers take them. */
class TagScriptTest extends ScriptTest {

  private byte[] tagged(String value, EnvelopeContent.KeyPlace place, String... tags) {
    return Envelope.client(
        new EnvelopeContent(
            7,
            9,
            EnvelopeContent.Packing.NONE,
            0,
            TAIL,
            place,
            List.of(tags),
            "a validator",
            value.getBytes(StandardCharsets.UTF_8)));
  }

  private ChangeReply store(Condition condition, byte[] client) {
    return scripts.change(
        KEYS, ChangeRequest.store(condition, null, client, FOR_EVER, Returning.ENTRY));
  }

  private void put(String... tags) {
    assertThat(
            store(Condition.NONE, tagged("v", EnvelopeContent.KeyPlace.REDIS_KEY, tags)).status())
        .isEqualTo(ScriptStatus.DONE);
  }

  private void invalidate(String... tags) {
    Attempt<ScriptStatus> attempt =
        scripts.invalidate(List.of(KEYS.head()), Arrays.asList(tags)).get(0);
    assertThat(attempt.reply()).isEqualTo(ScriptStatus.DONE);
  }

  /** By a reader; a script is asked whether it is of the same opinion. */
  private boolean isLive() {
    boolean live = entry().isLive(head(), now());
    ReserveReply reply =
        Objects.requireNonNull(
            scripts.reserveAll(List.of(CLAIM), LEASE, Scripts.Claiming.FIRST).get(0).reply());
    assertThat(reply.status() == ScriptStatus.FOUND).isEqualTo(live);
    return live;
  }

  @Test
  void readersAndScriptsTakeAnInvalidatedEntryForNone() {
    for (EnvelopeContent.KeyPlace place : EnvelopeContent.KeyPlace.values()) {
      store(Condition.NONE, tagged("v", place, "x", "größer"));
      invalidate("y");
      assertThat(isLive()).isTrue();
      invalidate("y", "größer");
      assertThat(isLive()).isFalse();
      assertThat(store(Condition.PRESENT, tagged("w", place, "x")).status())
          .isEqualTo(ScriptStatus.NOT_MET);
      ChangeReply created = store(Condition.ABSENT, tagged("w", place, "größer"));
      assertThat(created.status()).isEqualTo(ScriptStatus.DONE);
      assertThat(created.existed()).isFalse();
      assertThat(isLive()).isTrue();
    }
  }

  @Test
  void aLongValueIsReadWholeForItsTags() {
    String value = "v".repeat(10_000);
    store(Condition.NONE, tagged(value, EnvelopeContent.KeyPlace.REDIS_KEY, "x"));
    invalidate("x");
    assertThat(
            store(Condition.PRESENT, tagged(value, EnvelopeContent.KeyPlace.REDIS_KEY, "x"))
                .status())
        .isEqualTo(ScriptStatus.NOT_MET);
    List<Scripts.KeyedChange> replace =
        List.of(
            new Scripts.KeyedChange(
                KEYS,
                ChangeRequest.store(
                    Condition.PRESENT, null, client(value), FOR_EVER, Returning.PRESENCE)));
    assertThat(Objects.requireNonNull(scripts.changeAll(replace).get(0).reply()).status())
        .isEqualTo(ScriptStatus.NOT_MET);
  }

  @Test
  void aHeadKeepsItsStampsWhateverIsWritten() {
    put("x");
    invalidate("y");
    long length = bucket(KEYS.head()).size();
    assertThat(length).isEqualTo(Head.LENGTH + 15L);
    put("x");
    scripts.changeAll(
        List.of(
            new Scripts.KeyedChange(
                KEYS,
                ChangeRequest.store(
                    Condition.NONE, null, client("v"), FOR_EVER, Returning.PRESENCE))));
    assertThat(isLive()).isTrue();
    invalidate("y");
    assertThat(bucket(KEYS.head()).size()).isEqualTo(length);
  }

  @Test
  void theOldestStampsMakeRoomAndStandForEveryTag() {
    put("x");
    put("last");
    for (int tag = 0; tag < 128; tag++) {
      invalidate("tag " + tag);
    }
    assertThat(isLive()).isTrue();
    long length = bucket(KEYS.head()).size();
    assertThat(length).isEqualTo(Head.LENGTH + 128 * 15L);
    invalidate("one more");
    assertThat(isLive()).isFalse();
    put("x", "tag 5");
    for (int tag = 0; tag < 128; tag++) {
      invalidate("other " + tag);
    }
    assertThat(bucket(KEYS.head()).size()).isEqualTo(length + 15);
    assertThat(isLive()).isTrue();
    invalidate("other 128");
    assertThat(isLive()).isFalse();
    put();
    invalidate("other 129", "other 130");
    assertThat(isLive()).as("one without tags").isTrue();
    assertThat(bucket(KEYS.head()).size()).isEqualTo(length + 15);
  }

  @Test
  void aLostHeadEndsEverythingAndNothingComesBack() {
    put("x");
    invalidate("y");
    client.getKeys().delete(KEYS.head());
    assertThat(Head.parse(bucket(KEYS.head()).get())).isNull();
    invalidate("y");
    assertThat(isLive()).isFalse();
  }

  @Test
  void whatIsGoneIsSwept() {
    put("x");
    invalidate("y");
    assertThat(scripts.sweep(KEYS.head(), List.of(KEYS.entry()))).isZero();
    invalidate("x");
    assertThat(scripts.sweep(KEYS.head(), List.of(KEYS.entry()))).isOne();
    assertThat(raw()).isNull();
  }
}
